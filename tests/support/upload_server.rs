//! A server that takes uploads as it is told to, and keeps what arrives whole.

#![allow(dead_code)]

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full};
use imagekitio::{ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Server as InProcess;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::support::{FILE, Request, read_head, soon, until};

pub const KEY: &str = "private_key_test";
pub const MIB: usize = 1024 * 1024;
/// More than the buffers between client and server hold.
pub const LARGE: usize = 24 * MIB;

/// What the server does with one connection.
#[derive(Clone, Debug)]
pub enum Step {
    /// Takes the whole request and answers.
    Reply(&'static str, &'static str),
    /// Takes the whole request and closes the connection.
    HangUp,
    /// Takes the whole request, waits for as many others as the barrier says, and answers.
    Meet(Arc<Barrier>),
    /// Takes the whole request and is silent.
    Silent,
    /// Takes this much of the body and closes the connection.
    Cut(usize),
    /// Takes this much of the body, answers and closes the connection.
    Early(usize, &'static str, &'static str),
    /// Answers before it takes the body.
    Ahead(&'static str, &'static str),
    /// Takes this much of the body, and nothing more until the connections are counted.
    Stop(usize),
    /// Takes the whole request in pieces with pauses, and answers.
    Slow(Duration),
}

pub const STORED: Step = Step::Reply("200 OK", FILE);

/// A server that does as it is told, and keeps what arrives whole.
pub struct Server {
    pub url: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Requests of which the head arrived.
    begun: AtomicUsize,
    /// Requests that arrived to their last byte.
    whole: Mutex<Vec<Request>>,
    /// Requests that meet others at the moment, and how many were the most.
    meeting: AtomicUsize,
    most: AtomicUsize,
    /// Connections that were accepted, and those among them that are over.
    accepted: AtomicUsize,
    ended: AtomicUsize,
    /// Connections of which nothing more is taken, and whether they are read to their end.
    stopped: AtomicUsize,
    is_released: AtomicBool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

impl Server {
    /// Does one step for each connection, and the last one for all that follow.
    pub async fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, steps)
    }

    pub fn on(listener: TcpListener, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: VecDeque<Step> = steps.into_iter().collect();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let server = Self {
            url,
            seen: seen.clone(),
        };
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let step = match steps.len() {
                    1 => steps[0].clone(),
                    _ => steps.pop_front().unwrap(),
                };
                let seen = seen.clone();
                seen.accepted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // The client may close the connection at any moment.
                    let _ = serve(&mut stream, step, &seen).await;
                    seen.ended.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    pub fn client(&self) -> ImageKit {
        client(&self.url, quick())
    }

    /// A client of somebody who has no key.
    pub fn keyless(&self) -> ImageKit {
        ImageKit::builder()
            .base_url(&self.url)
            .retry(quick())
            .build()
            .unwrap()
    }

    pub fn begun(&self) -> usize {
        self.seen.begun.load(Ordering::SeqCst)
    }

    pub fn whole(&self) -> Vec<Request> {
        self.seen.whole.lock().unwrap().clone()
    }

    /// Requests begun, and those among them that arrived whole.
    pub fn counts(&self) -> (usize, usize) {
        (self.begun(), self.whole().len())
    }

    /// Connections of which the server takes nothing more.
    pub fn stopped(&self) -> usize {
        self.seen.stopped.load(Ordering::SeqCst)
    }

    /// The same when so many connections are over.
    pub async fn final_counts(&self, connections: usize) -> (usize, usize) {
        self.seen.is_released.store(true, Ordering::SeqCst);
        until("an end of the connections", || {
            self.seen.ended.load(Ordering::SeqCst) >= connections
        })
        .await;
        self.counts()
    }

    /// The same when all connections are over that were made, however many. The next step is used up.
    pub async fn settled_counts(&self) -> (usize, usize) {
        self.seen.is_released.store(true, Ordering::SeqCst);
        // Connections are accepted in their order: once this one is over, those before are known.
        let address = self.url.trim_start_matches("http://");
        let mut last = TcpStream::connect(address).await.unwrap();
        last.shutdown().await.unwrap();
        assert_eq!(soon(last.read(&mut [0])).await.unwrap(), 0);
        until("an end of all connections", || {
            self.seen.ended.load(Ordering::SeqCst) == self.seen.accepted.load(Ordering::SeqCst)
        })
        .await;
        self.counts()
    }

    /// The most requests that met at a time.
    pub fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }

    /// The only request that arrived whole.
    pub fn only(&self) -> Request {
        let whole = self.whole();
        assert_eq!(whole.len(), 1, "{whole:?}");
        whole[0].clone()
    }
}

impl Request {
    /// The parts by their names, as another parser reads them.
    pub async fn parts(&self) -> BTreeMap<String, Part> {
        let boundary = multer::parse_boundary(self.header("content-type").unwrap()).unwrap();
        let body = Full::new(self.body.clone()).into_data_stream();
        let mut form = multer::Multipart::new(body, boundary);
        let mut parts = BTreeMap::new();
        while let Some(field) = form.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            let part = Part {
                file_name: field.file_name().map(str::to_owned),
                content_type: field.content_type().map(ToString::to_string),
                bytes: field.bytes().await.unwrap(),
            };
            assert!(
                parts.insert(name.clone(), part).is_none(),
                "{name} is there twice"
            );
        }
        parts
    }
}

async fn serve(stream: &mut TcpStream, step: Step, seen: &Seen) -> io::Result<()> {
    let (head, mut body) = read_head(stream).await?;
    seen.begun.fetch_add(1, Ordering::SeqCst);
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    assert_eq!(head.header("transfer-encoding"), None);
    if let Step::Ahead(status, body) = step {
        let length = body.len();
        let reply = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(reply.as_bytes()).await?;
    }
    let (most, pause) = match step {
        Step::Cut(most) | Step::Early(most, ..) | Step::Stop(most) => (most.min(length), None),
        Step::Slow(pause) => (length, Some(pause)),
        _ => (length, None),
    };
    while body.len() < most {
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
        let mut piece = vec![0; (most - body.len()).min(MIB)];
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => body.extend_from_slice(&piece[..read]),
        }
    }
    if body.len() >= length {
        assert_eq!(body.len(), length, "more than was announced");
        let body = body.into();
        seen.whole.lock().unwrap().push(Request { body, ..head });
    }
    match step {
        Step::HangUp | Step::Cut(_) | Step::Ahead(..) => Ok(()),
        Step::Reply(status, body) | Step::Early(_, status, body) => {
            answer(stream, status, body).await
        }
        Step::Slow(_) => answer(stream, "200 OK", FILE).await,
        Step::Meet(barrier) => {
            let meeting = seen.meeting.fetch_add(1, Ordering::SeqCst) + 1;
            seen.most.fetch_max(meeting, Ordering::SeqCst);
            barrier.wait().await;
            seen.meeting.fetch_sub(1, Ordering::SeqCst);
            answer(stream, "200 OK", FILE).await
        }
        Step::Silent => {
            // Until the client goes.
            stream.read(&mut [0]).await.map(drop)
        }
        Step::Stop(_) => {
            // The kernel's buffers fill up. To notice that the client has gone, they must be emptied in the end.
            seen.stopped.fetch_add(1, Ordering::SeqCst);
            while !seen.is_released.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let mut sink = vec![0; MIB];
            while stream.read(&mut sink).await? > 0 {}
            Ok(())
        }
    }
}

async fn answer(stream: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let reply = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

pub fn client(url: &str, policy: RetryPolicy) -> ImageKit {
    ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .retry(policy)
        .build()
        .unwrap()
}

/// The server in process, which names and delivers what it stores, and a client of it.
pub async fn in_process() -> (InProcess, ImageKit) {
    let server = InProcess::start().await.unwrap();
    let ik = ImageKit::builder()
        .private_key(server.private_key())
        .base_url(server.url())
        .build()
        .unwrap();
    (server, ik)
}

pub fn quick() -> RetryPolicy {
    RetryPolicy::new().base_delay(Duration::from_millis(1))
}

pub fn text(value: impl Into<String>) -> Part {
    Part {
        file_name: None,
        content_type: None,
        bytes: value.into().into(),
    }
}

pub fn file(name: &str, content_type: &str, bytes: impl Into<Bytes>) -> Part {
    Part {
        file_name: Some(name.to_owned()),
        content_type: Some(content_type.to_owned()),
        bytes: bytes.into(),
    }
}

pub fn hello() -> UploadSource {
    UploadSource::bytes("a.txt", "hello")
}

pub fn parts<const N: usize>(parts: [(&str, Part); N]) -> BTreeMap<String, Part> {
    parts
        .into_iter()
        .map(|(name, part)| (name.to_owned(), part))
        .collect()
}

/// A source of this length that gives what it is fed.
pub fn fed(name: &str, length: u64) -> (UnboundedSender<&'static str>, UploadSource) {
    let (sender, receiver) = unbounded_channel();
    let pieces = stream::unfold(receiver, |mut receiver| async {
        let piece: &str = receiver.recv().await?;
        Some((Ok(Bytes::from(piece)), receiver))
    });
    (sender, UploadSource::stream(name, length, pieces))
}

/// Bytes that differ from place to place.
pub fn content(length: usize) -> Bytes {
    (0..length)
        .map(|i| (i / 251 + i % 251) as u8)
        .collect::<Vec<_>>()
        .into()
}
