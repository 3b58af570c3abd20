//! What uploads cost on top of a bare HTTP client: a file of 1 GiB, and 2,000 small files at
//! concurrency 16, by themselves and as a folder with a manifest, from disk over loopback.
//!
//! ```sh
//! cargo bench --bench upload
//! ```
//!
//! The baseline is reqwest with a stream of the same file in reads of 256 KiB. Both sides alternate
//! in one run, and the median of all rounds counts. Memory is the most that the process has during
//! a round more than before it:
//!
//! - `upload/<case> MiB_s=<n> baseline_MiB_s=<n> ratio=<r> extra_rss_MiB=<n>`
//! - `upload/<case> files_s=<n> baseline_files_s=<n> ratio=<r> extra_rss_MiB=<n>`
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use futures_util::{StreamExt, stream};
use imagekitio::{ImageKit, UploadSource};
use support::FILE;
use support::bench::{median, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_util::io::ReaderStream;

const MIB: usize = 1024 * 1024;
const READ: usize = 256 * 1024;
const LARGE: usize = 1024 * MIB;
const LARGE_ROUNDS: usize = 9;
const SMALL: usize = 20 * 1024;
const SMALL_FILES: usize = 2000;
const SMALL_ROUNDS: usize = 7;
const CONCURRENCY: usize = 16;

fn main() {
    let folder = std::env::temp_dir().join(format!("imagekitio-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let large = vec![file(&folder, "large.bin", LARGE)];
    let tree = folder.join("small");
    std::fs::create_dir_all(&tree).expect("a folder");
    let small: Vec<PathBuf> = (0..SMALL_FILES)
        .map(|n| file(&tree, &format!("small_{n}.bin"), SMALL))
        .collect();
    let manifest = folder.join("manifest");
    let bench = Bench::new();
    let ik = &bench.ik;

    let upload = async |files: Vec<PathBuf>| {
        let uploads = files
            .into_iter()
            .map(|file| ik.upload(UploadSource::path(file)));
        for result in ik.upload_many(uploads).concurrency(CONCURRENCY).await {
            result.expect("an upload");
        }
    };
    let upload_folder = async |files: Vec<PathBuf>| {
        let summary = ik
            .upload_folder(&tree)
            .manifest(&manifest)
            .concurrency(CONCURRENCY)
            .await
            .expect("a run");
        assert_eq!(summary.uploaded().count(), files.len());
        std::fs::remove_file(&manifest).expect("the manifest");
    };

    let mib = (LARGE / MIB) as f64;
    bench.compare("file_1GiB", "MiB_s", mib, &large, LARGE_ROUNDS, upload);
    let count = SMALL_FILES as f64;
    bench.compare(
        "files_2000x20KiB",
        "files_s",
        count,
        &small,
        SMALL_ROUNDS,
        upload,
    );
    bench.compare(
        "folder_2000x20KiB",
        "files_s",
        count,
        &small,
        SMALL_ROUNDS,
        upload_folder,
    );
    std::fs::remove_dir_all(&folder).expect("the folder");
}

struct Bench {
    runtime: Runtime,
    ik: ImageKit,
    http: reqwest::Client,
    url: String,
}

impl Bench {
    fn new() -> Self {
        let url = serve(sink);
        Self {
            runtime: Runtime::new().expect("a runtime"),
            ik: ImageKit::builder()
                .private_key("private_key")
                .base_url(&url)
                .build()
                .expect("a client"),
            http: reqwest::Client::new(),
            url: format!("{url}/api/v1/files/upload"),
        }
    }

    fn compare(
        &self,
        case: &str,
        unit: &str,
        amount: f64,
        files: &[PathBuf],
        rounds: usize,
        ours: impl AsyncFn(Vec<PathBuf>),
    ) {
        // The first round makes connections and fills caches.
        let (mut our_times, mut their_times, mut memory) = (Vec::new(), Vec::new(), 0.0_f64);
        for round in 0..=rounds {
            let (our_time, extra) = self.time(ours(files.to_vec()));
            let (their_time, _) = self.time(self.baseline(files.to_vec()));
            memory = memory.max(extra);
            if round > 0 {
                our_times.push(our_time);
                their_times.push(their_time);
            }
        }
        let (ours, baseline) = (amount / median(our_times), amount / median(their_times));
        println!(
            "upload/{case} {unit}={ours:.0} baseline_{unit}={baseline:.0} ratio={:.3} extra_rss_MiB={memory:.1}",
            ours / baseline
        );
    }

    async fn baseline(&self, files: Vec<PathBuf>) {
        let upload = async |path: PathBuf| {
            let file = tokio::fs::File::open(path).await.expect("a file");
            let length = file.metadata().await.expect("its length").len();
            let stream = ReaderStream::with_capacity(file, READ);
            self.http
                .post(&self.url)
                .basic_auth("private_key", Some(""))
                .header("content-length", length)
                .body(reqwest::Body::wrap_stream(stream))
                .send()
                .await
                .expect("a reply")
                .bytes()
                .await
                .expect("a body");
        };
        let uploads = stream::iter(files).map(upload);
        uploads.buffer_unordered(CONCURRENCY).collect::<()>().await;
    }

    /// Seconds for all files, and MiB of memory that it took.
    fn time(&self, upload: impl Future<Output = ()>) -> (f64, f64) {
        // Forgets the peak so far.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let before = memory("VmRSS:");
        let start = Instant::now();
        self.runtime.block_on(upload);
        (start.elapsed().as_secs_f64(), memory("VmHWM:") - before)
    }
}

/// A line of the process's status, in MiB. Only Linux has it.
fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|text| {
        text.strip_prefix(line)?
            .trim()
            .strip_suffix(" kB")?
            .parse::<f64>()
            .ok()
    });
    kib.unwrap_or(f64::NAN) / 1024.0
}

fn file(folder: &Path, name: &str, length: usize) -> PathBuf {
    let path = folder.join(name);
    let mut file = std::fs::File::create(&path).expect("a file");
    let piece: Vec<u8> = (0..length.min(MIB)).map(|i| (i % 251) as u8).collect();
    for _ in 0..length / piece.len() {
        file.write_all(&piece).expect("room on the disk");
    }
    path
}

/// Takes every body and forgets it.
async fn sink(mut stream: TcpStream) -> Option<()> {
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{FILE}",
        FILE.len()
    );
    let mut buffer = vec![0; READ];
    loop {
        let mut filled = 0;
        let end = loop {
            let read = stream.read(&mut buffer[filled..]).await.ok()?;
            if read == 0 {
                return None;
            }
            filled += read;
            if let Some(end) = buffer[..filled]
                .windows(4)
                .position(|part| part == b"\r\n\r\n")
            {
                break end;
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))?;
        let mut left = length.parse::<usize>().ok()? - (filled - end - 4);
        while left > 0 {
            match stream.read(&mut buffer).await.ok()? {
                0 => return None,
                read => left -= read,
            }
        }
        stream.write_all(reply.as_bytes()).await.ok()?;
    }
}
