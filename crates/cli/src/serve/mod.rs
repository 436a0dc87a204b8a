//! `pyrite serve`: a folder of pages, with the runtime beside it.

mod address;
mod configuration;
mod encoding;
mod files;
mod findings;
pub(crate) mod guest;
pub(crate) mod host;
mod listen;
mod live;
mod log;
pub(crate) mod media_type;
mod memory;
mod pages;
mod range;
mod respond;
pub(crate) mod rewrite;
pub(crate) mod root;
pub(crate) mod runtime;
mod site;
mod validators;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::ListenerExt as _;

use self::guest::Guest;
use self::live::Live;
use self::log::Log;
use self::root::Root;
use self::runtime::Runtime;
use self::site::Site;
use crate::arguments::ServeOptions;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Serves until it is stopped.
pub(crate) fn run(options: &ServeOptions, terminal: Terminal) -> Result<(), Failure> {
    let root = Root::open(&options.path)?;
    let executor = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::NoThreads { reason: error.to_string() })?;
    let outcome = executor.block_on(serve(options, terminal, root));
    // Open connections, such as those of pages that wait for changes, are not waited for.
    executor.shutdown_background();
    outcome
}

async fn serve(options: &ServeOptions, terminal: Terminal, root: Root) -> Result<(), Failure> {
    let bound = listen::bind(&options.host, options.port)?;
    let failed =
        |error: std::io::Error| Failure::ListenFailed { address: bound.address.to_string(), reason: error.to_string() };
    bound.listener.set_nonblocking(true).map_err(failed)?;
    let listener = tokio::net::TcpListener::from_std(bound.listener).map_err(failed)?;
    // From here on a signal ends the server as it should, even before the line below is read.
    let stop = stop_signal().map_err(failed)?;

    let live = (!options.no_reload && options.host_as.is_none()).then(|| Arc::new(Live::new()));
    if let Some(live) = &live
        && let Err(reason) = watch::start(root.folder.clone(), Arc::clone(live))
    {
        log::warn(&format!("warning: pages may not reload when a file changes: {reason}."));
    }
    let site = Arc::new(Site {
        host: options.host_as.map(|kind| host::Host::of(kind, &root.folder)),
        root: root.folder,
        rewrite: !options.no_rewrite && options.host_as.is_none(),
        isolation: !options.no_isolation && options.host_as.is_none(),
        live,
        guest: None,
        runtime: Runtime::new(),
        log: Log::new(terminal.quiet),
    });

    if let Some(port) = bound.in_use {
        log::warn(&format!("Port {port} is in use, so this is port {}.", bound.address.port()));
    }
    let address = format!("{}{}", listen::local_origin(bound.address), root.page.as_deref().unwrap_or("/"));
    log::announce(&format!("Serving {} at {address}", root.shown));
    if let Some(note) = listen::network_note(bound.address, listen::lan_address()) {
        log::warn(&note);
    }
    if options.open
        && let Err(error) = open::that_detached(&address)
    {
        log::warn(&format!("warning: no browser could be opened: {error}.\nhint: open {address} yourself."));
    }

    let application = Router::new().fallback(answer).with_state(site);
    let listener = listener.tap_io(|connection| {
        // Small answers leave at once.
        let _ = connection.set_nodelay(true);
    });
    tokio::select! {
        outcome = axum::serve(listener, application) => outcome.map_err(failed),
        () = stop => Ok(()),
    }
}

/// Serves a folder for a browser of our own, until the executor that this is called in ends. Gives the address.
pub(crate) fn beside(folder: PathBuf, guest: Arc<Guest>, isolation: bool) -> Result<String, Failure> {
    let bound = listen::bind("127.0.0.1", Some(0))?;
    let failed =
        |error: std::io::Error| Failure::ListenFailed { address: bound.address.to_string(), reason: error.to_string() };
    bound.listener.set_nonblocking(true).map_err(failed)?;
    let listener = tokio::net::TcpListener::from_std(bound.listener).map_err(failed)?;
    let site = Arc::new(Site {
        host: None,
        root: folder,
        rewrite: true,
        isolation,
        live: None,
        guest: Some(guest),
        runtime: Runtime::new(),
        log: Log::new(true),
    });
    let application = Router::new().fallback(answer).with_state(site);
    tokio::spawn(async move {
        let _ = axum::serve(listener, application).await;
    });
    Ok(listen::local_origin(bound.address))
}

async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    site.answer(request).await
}

/// Ends when the user presses Ctrl-C, or the system asks the process to end.
#[cfg(unix)]
pub(crate) fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the user presses Ctrl-C.
#[cfg(windows)]
pub(crate) fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}
