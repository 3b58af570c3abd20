//! The folder example, killed at random points: what is on the server in the end is what one clean
//! run leaves there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use imagekitio_testing::Server;
use support::folder_uploads::{Tree, library};
use support::{Random, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command as AsyncCommand};
use tokio::sync::Notify;
use tokio::task::JoinSet;

const KILLS: u64 = 20;
const FILES: u64 = 200;
const MANIFEST: &str = ".imagekit-manifest";

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_killed_twenty_times_is_as_one_that_never_was() {
    let example = example();
    let tree = tree();
    let http = reqwest::Client::new();

    let clean = Server::start().await.unwrap();
    let mut run = start(&example, &tree, clean.url(), clean.private_key());
    complete(&mut run).await;
    let expected = library(&clean, &http).await;
    assert_eq!(expected.len() as u64, FILES);
    tree.remove(MANIFEST);

    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    println!("seed: {seed}");
    let mut random = Random(seed);
    let server = Server::start().await.unwrap();
    let bytes = (0..FILES).map(size).sum::<u64>();
    let mut uploaded = 0;
    for run in 0..KILLS {
        // All together it is less than the whole, so that no run comes to its end. In every other
        // run it is the replies that break off: the server has files of which the program doesn't
        // know it.
        let proxy = match run % 2 {
            0 => Proxy::start(server.url(), random.below(bytes / KILLS) as i64, i64::MAX).await,
            _ => Proxy::start(server.url(), i64::MAX, random.below(5000) as i64).await,
        };
        let mut run = start(&example, &tree, &proxy.url, server.private_key());
        tokio::select! {
            () = proxy.exhausted.notified() => {}
            status = run.wait() => panic!("it came to its end before it was killed: {status:?}"),
        }
        run.kill().await.unwrap();
        drop(proxy);
        let stored = library(&server, &http).await;
        assert!(stored.len() >= uploaded);
        uploaded = stored.len();
    }
    assert!(0 < uploaded && (uploaded as u64) < FILES, "{uploaded}");
    let mut run = start(&example, &tree, server.url(), server.private_key());
    complete(&mut run).await;
    assert_eq!(library(&server, &http).await, expected);

    // Nothing is left to do.
    let proxy = Proxy::start(server.url(), 0, 0).await;
    let mut run = start(&example, &tree, &proxy.url, server.private_key());
    complete(&mut run).await;
}

/// The program, made from its present source, with what a test of all packages has compiled.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let mut build = Command::new(env!("CARGO"));
    build
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--example",
            "upload_folder",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", profile.parent().unwrap());
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.status().unwrap().success());
    profile.join("examples/upload_folder")
}

fn start(example: &Path, tree: &Tree, url: &str, private_key: &str) -> Child {
    AsyncCommand::new(example)
        .arg(tree.path())
        .arg("/archive")
        .env("IMAGEKIT_PRIVATE_KEY", private_key)
        .env("IMAGEKIT_BASE_URL", url)
        // What would lead elsewhere.
        .env_remove("IMAGEKIT_API_BASE_URL")
        .env_remove("IMAGEKIT_UPLOAD_BASE_URL")
        .env_remove("IMAGEKIT_URL_ENDPOINT")
        .env_remove("IMAGEKIT_PUBLIC_KEY")
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn complete(run: &mut Child) {
    assert!(soon(run.wait()).await.unwrap().success());
}

/// Files of different sizes in folders within folders.
fn tree() -> Tree {
    let tree = Tree::of(&[]);
    for number in 0..FILES {
        let content: Vec<u8> = (0..size(number))
            .map(|i| (i * (number + 1) % 251) as u8)
            .collect();
        let name = format!("{}/{}/{number}.bin", number % 3, number % 7);
        tree.write(&name, content);
    }
    tree
}

/// Bytes of a file, up to 40,000.
fn size(number: u64) -> u64 {
    1 + number * 37 % FILES * 200
}

/// Passes bytes between the program and the server: so many and no more.
struct Proxy {
    url: String,
    exhausted: Arc<Notify>,
    _connections: JoinSet<()>,
}

impl Proxy {
    async fn start(server: &str, to_server: i64, to_program: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.strip_prefix("http://").unwrap().to_owned();
        let limits = [to_server, to_program].map(|bytes| Arc::new(AtomicI64::new(bytes)));
        let exhausted = Arc::new(Notify::new());
        let mut connections = JoinSet::new();
        connections.spawn({
            let exhausted = exhausted.clone();
            async move {
                let mut directions = JoinSet::new();
                while let Ok((program, _)) = listener.accept().await {
                    let server = TcpStream::connect(&server).await.unwrap();
                    let (from_program, to_program) = program.into_split();
                    let (from_server, to_server) = server.into_split();
                    let [up, down] = limits.clone();
                    directions.spawn(pass(from_program, to_server, up, exhausted.clone()));
                    directions.spawn(pass(from_server, to_program, down, exhausted.clone()));
                }
            }
        });
        Self {
            url,
            exhausted,
            _connections: connections,
        }
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    left: Arc<AtomicI64>,
    exhausted: Arc<Notify>,
) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let before = left.fetch_sub(read as i64, Ordering::SeqCst);
        let allowed = before.clamp(0, read as i64) as usize;
        if to.write_all(&buffer[..allowed]).await.is_err() {
            return;
        }
        if allowed < read {
            exhausted.notify_one();
            // Nothing goes on from here, and the connection stays open.
            return std::future::pending().await;
        }
    }
}
