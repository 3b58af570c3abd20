//! How long 60 requests take, 12 at a time, to a server that takes 3 in 300 ms, and how many are
//! lost.
//!
//! ```sh
//! cargo bench --bench rate_limits
//! ```
//!
//! One line for each case:
//! `rate_limits/<call>/<headers of a 429> s=<n> ratio=<n / 6 s> sent=<n> lost=<n>`.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use imagekitio::{ImageKit, UploadSource};
use support::FILE;
use support::bench::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

const FILES: usize = 60;
const WINDOW: Duration = Duration::from_millis(300);
const HEADERS: [(&str, &str); 3] = [
    ("none", ""),
    ("reset", "x-ratelimit-reset: 300\r\n"),
    (
        "full",
        "x-ratelimit-reset: 300\r\nx-ratelimit-limit: 3\r\nx-ratelimit-interval: 300\r\n",
    ),
];

/// Requests that were taken in the window that began then, and all that came.
struct Window {
    begin: Instant,
    taken: usize,
    sent: usize,
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let folder =
        std::env::temp_dir().join(format!("imagekitio-rate-limits-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for number in 0..FILES {
        std::fs::write(folder.join(format!("{number}.txt")), "hello").expect("a file");
    }
    for (name, headers) in HEADERS {
        report(
            &runtime,
            &format!("upload_many/{name}"),
            headers,
            async |ik| {
                let source = |number| UploadSource::bytes(format!("{number}.txt"), "hello");
                let uploads: Vec<_> = (0..FILES).map(|number| ik.upload(source(number))).collect();
                let results = ik.upload_many(uploads).concurrency(12).await;
                results.iter().filter(|result| result.is_err()).count()
            },
        );
        report(
            &runtime,
            &format!("upload_folder/{name}"),
            headers,
            async |ik| {
                let summary = ik.upload_folder(&folder).concurrency(12).await;
                summary.expect("a summary").failed().count()
            },
        );
        report(&runtime, &format!("get/{name}"), headers, async |ik| {
            let get = |number: usize| ik.files().get(format!("f{number}")).into_future();
            let results = stream::iter(0..FILES).map(get).buffer_unordered(12);
            results
                .filter(|result| std::future::ready(result.is_err()))
                .count()
                .await
        });
    }
    let _ = std::fs::remove_dir_all(folder);
}

fn report(
    runtime: &Runtime,
    case: &str,
    headers: &'static str,
    run: impl AsyncFn(&ImageKit) -> usize,
) {
    let window = Arc::new(Mutex::new(Window {
        begin: Instant::now(),
        taken: 0,
        sent: 0,
    }));
    let state = window.clone();
    let url = serve(move |stream| answer(stream, headers, state.clone()));
    let ik = ImageKit::builder()
        .private_key("private_key")
        .base_url(&url)
        .build()
        .expect("a client");
    let start = Instant::now();
    let lost = runtime.block_on(run(&ik));
    let time = start.elapsed().as_secs_f64();
    let sent = window.lock().expect("no panic").sent;
    println!(
        "rate_limits/{case} s={time:.2} ratio={:.2} sent={sent} lost={lost}",
        time / 6.0
    );
}

/// Takes one request of a connection, or answers 429.
async fn answer(mut stream: TcpStream, headers: &str, window: Arc<Mutex<Window>>) {
    let mut request = Vec::new();
    let end = |request: &[u8]| {
        let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
        let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
        let length = text
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        Some(head + length.map_or(0, |length| length.parse().unwrap_or(0)))
    };
    while end(&request).is_none_or(|end| request.len() < end) {
        if stream
            .read_buf(&mut request)
            .await
            .is_ok_and(|read| read == 0)
        {
            return;
        }
    }
    let is_taken = {
        let mut window = window.lock().expect("no panic");
        while window.begin.elapsed() >= WINDOW {
            window.begin += WINDOW;
            window.taken = 0;
        }
        window.sent += 1;
        let is_taken = window.taken < 3;
        window.taken += usize::from(is_taken);
        is_taken
    };
    let (status, headers) = match is_taken {
        true => ("200 OK", ""),
        false => ("429 Too Many Requests", headers),
    };
    let reply = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{FILE}",
        FILE.len()
    );
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.shutdown().await;
}
