//! Finds the faults of a page before a browser does.
