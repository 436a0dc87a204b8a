//! Pyrite runtime.
#![no_std]
