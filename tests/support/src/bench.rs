//! What benchmarks over loopback have in common.

use std::sync::mpsc;

use tokio::net::{TcpListener, TcpStream};

/// A server on a thread of its own, by what it does with a connection. Gives its URL.
pub fn serve<F>(connection: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    let (address, bound) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            address
                .send(listener.local_addr().expect("an address"))
                .expect("a receiver");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream));
            }
        });
    });
    format!("http://{}", bound.recv().expect("an address"))
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
