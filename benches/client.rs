//! What the friendly client costs on top of a bare HTTP client: a list of 100 assets over loopback.
//!
//! ```sh
//! cargo bench --bench client
//! ```
//!
//! One line for each baseline: `client/<case> us=<n> baseline_us=<n> ratio=<r>`. Both sides of a
//! line alternate in one run. Each figure is the median of all rounds; the ratio is that of the
//! two sides of one round, so that a machine that changes its speed doesn't change it.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

use std::time::{Duration, Instant};

use imagekitio::ImageKit;
use imagekitio::raw::types::ListAndSearchAssetsResponse;
use support::bench::{median, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

const ROUNDS: usize = 60;
const REQUESTS: u32 = 50;

fn main() {
    let list = list();
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{list}",
        list.len()
    );
    let url = serve(move |stream| answer(stream, reply.clone()));
    let runtime = Runtime::new().expect("a runtime");
    let ik = ImageKit::builder()
        .private_key("private_key")
        .base_url(&url)
        .build()
        .expect("a client");
    let http = reqwest::Client::new();
    let address = format!("{url}/v1/files");
    let body = || async {
        let get = http.get(&address).basic_auth("private_key", Some(""));
        let reply = get.send().await.expect("a reply");
        reply.bytes().await.expect("a body")
    };

    let ours = || async {
        assert_eq!(ik.assets().list().await.expect("a list").len(), 100);
    };
    let value = || async {
        let body = body().await;
        let list: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(list.as_array().map(Vec::len), Some(100));
    };
    let typed = || async {
        let body = body().await;
        let list: ListAndSearchAssetsResponse = serde_json::from_slice(&body).expect("a list");
        assert_eq!(list.len(), 100);
    };
    compare(&runtime, "list_100_against_value", ours, value);
    compare(&runtime, "list_100_against_types", ours, typed);
}

fn compare<A: Future<Output = ()>, B: Future<Output = ()>>(
    runtime: &Runtime,
    case: &str,
    ours: impl Fn() -> A,
    baseline: impl Fn() -> B,
) {
    let round = |_| (time(runtime, &ours), time(runtime, &baseline));
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(round).collect();
    let middle = |figure: fn(&(f64, f64)) -> f64| median(rounds.iter().map(figure).collect());
    println!(
        "client/{case} us={:.1} baseline_us={:.1} ratio={:.3}",
        middle(|(ours, _)| *ours),
        middle(|(_, baseline)| *baseline),
        middle(|(ours, baseline)| ours / baseline)
    );
}

/// Microseconds for one request.
fn time<F: Future<Output = ()>>(runtime: &Runtime, request: &impl Fn() -> F) -> f64 {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..REQUESTS {
            request().await;
        }
        let total: Duration = start.elapsed();
        total.as_secs_f64() * 1e6 / f64::from(REQUESTS)
    })
}

/// Answers every request with the same reply.
async fn answer(mut stream: TcpStream, reply: String) {
    let mut request = Vec::new();
    while stream
        .read_buf(&mut request)
        .await
        .is_ok_and(|read| read > 0)
    {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            if stream.write_all(reply.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

fn list() -> String {
    let asset = |n: usize| {
        serde_json::json!({
            "type": "file", "name": format!("picture_{n}.jpg"), "fileId": format!("64a7f3b2c1d2e3f4a5b6c7{n:02}"),
            "filePath": format!("/products/picture_{n}.jpg"), "tags": ["red", "summer"], "AITags": null,
            "versionInfo": {"id": format!("v{n}"), "name": "Version 1"}, "isPrivateFile": false, "isPublished": true,
            "customCoordinates": null, "url": format!("https://ik.imagekit.io/demo/products/picture_{n}.jpg"),
            "thumbnail": format!("https://ik.imagekit.io/demo/tr:n-ik_ml_thumbnail/products/picture_{n}.jpg"),
            "fileType": "image", "mime": "image/jpeg", "width": 1200, "height": 800, "size": 249_534 + n,
            "hasAlpha": false, "customMetadata": {"brand": "Nike", "price": 99.5},
            "embeddedMetadata": {"DateCreated": "2026-01-02T03:04:05.000Z"},
            "createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:05.678Z",
        })
    };
    serde_json::Value::from((0..100).map(asset).collect::<Vec<_>>()).to_string()
}
