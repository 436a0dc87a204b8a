//! A WebSocket server that sends back what it gets, and closes the connection when that is `close`.

use std::net::{SocketAddr, TcpListener};

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::routing::any;

/// The address of a server that runs until the tests end, `ws://127.0.0.1:…/`.
pub fn echo() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address: SocketAddr = listener.local_addr().expect("an address");
    listener.set_nonblocking(true).expect("a listener that does not block");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let app = Router::new()
                .fallback(any(async |upgrade: WebSocketUpgrade| upgrade.protocols(["echo"]).on_upgrade(answer)));
            // It ends with the process; a client that goes away is no failure.
            let _ = axum::serve(listener, app).await;
        });
    });
    format!("ws://{address}/")
}

async fn answer(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let reply = match &message {
            Message::Text(text) if text.as_str() == "close" => {
                Message::Close(Some(CloseFrame { code: 4001, reason: "asked".into() }))
            }
            Message::Text(_) | Message::Binary(_) => message,
            _ => continue,
        };
        if socket.send(reply).await.is_err() {
            return;
        }
    }
}
