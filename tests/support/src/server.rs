//! A server that follows a script and keeps what it was asked, byte for byte.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Barrier, Semaphore};

use crate::{FILE, soon, until};

/// How much is read at a time.
const CHUNK: usize = 1024 * 1024;

/// One request as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Method and target.
    pub line: String,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    pub body: Bytes,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text body")
    }

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

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

/// What the server does with one connection.
#[derive(Clone, Debug)]
pub enum Step {
    /// Takes the whole request, answers with these bytes and closes the connection.
    Reply(Vec<u8>),
    /// The same with this status and this body, and the reply says that the connection is closed.
    Answer(&'static str, &'static str),
    /// Takes the whole request and closes the connection.
    HangUp,
    /// Takes the whole request and answers once there is a permit for it.
    Held(Arc<Semaphore>, Vec<u8>),
    /// Takes the whole request, waits for as many others as the barrier says, and answers.
    Meet(Arc<Barrier>),
    /// Takes the whole request and never answers.
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
    /// Takes the whole request, and answers with these bytes and then with spaces until the client
    /// goes: so many at a time, perhaps with pauses.
    Endless(Vec<u8>, usize, Option<Duration>),
}

/// What an upload that worked is answered with.
pub const STORED: Step = Step::Answer("200 OK", FILE);

/// A step for each connection, and the last one for all that follow.
pub struct Script(VecDeque<Step>);

impl From<Vec<Step>> for Script {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps.into())
    }
}

impl<const N: usize> From<[Step; N]> for Script {
    fn from(steps: [Step; N]) -> Self {
        Self(steps.into())
    }
}

impl From<Vec<u8>> for Script {
    /// The same reply for all.
    fn from(reply: Vec<u8>) -> Self {
        [Step::Reply(reply)].into()
    }
}

/// A server that follows a script.
pub struct Scripted {
    pub url: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Requests of which the head arrived.
    begun: AtomicUsize,
    /// Requests that arrived to their last byte, and when.
    whole: Mutex<Vec<(Instant, Request)>>,
    /// Requests that meet others now, and the most that ever met.
    meeting: AtomicUsize,
    most: AtomicUsize,
    /// Bytes of replies without end.
    endless: AtomicUsize,
    /// Connections that were accepted, and those among them that are over.
    accepted: AtomicUsize,
    ended: AtomicUsize,
    /// Connections of which nothing more is taken, and whether they are read to their end.
    stopped: AtomicUsize,
    is_released: AtomicBool,
}

/// A complete HTTP reply.
pub fn reply(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

pub fn json(status: &str, body: &str) -> Vec<u8> {
    let headers = [
        ("content-type", "application/json"),
        ("x-ik-requestId", "req-1"),
    ];
    reply(status, &headers, body)
}

impl Scripted {
    pub async fn start(script: impl Into<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, script)
    }

    /// The same with a listener of the caller's.
    pub fn on(listener: TcpListener, script: impl Into<Script>) -> Self {
        let Script(mut steps) = script.into();
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Seen::default());
        let server = Self {
            url,
            seen: seen.clone(),
        };
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let step = match steps.len() {
                    1 => steps[0].clone(),
                    _ => steps.pop_front().expect("a step"),
                };
                let seen = seen.clone();
                seen.accepted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // The client may close the connection at any time.
                    let _ = serve(&mut stream, step, &seen).await;
                    seen.ended.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// The requests that arrived whole so far.
    pub fn requests(&self) -> Vec<Request> {
        let whole = self.seen.whole.lock().expect("no panic elsewhere");
        whole.iter().map(|(_, request)| request.clone()).collect()
    }

    /// The only request that arrived whole.
    pub fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }

    /// The times between the requests.
    pub fn gaps(&self) -> Vec<Duration> {
        let whole = self.seen.whole.lock().expect("no panic elsewhere");
        whole.windows(2).map(|pair| pair[1].0 - pair[0].0).collect()
    }

    /// Requests of which the head arrived.
    pub fn begun(&self) -> usize {
        self.seen.begun.load(Ordering::SeqCst)
    }

    /// Requests begun, and those among them that arrived whole.
    pub fn counts(&self) -> (usize, usize) {
        (self.begun(), self.requests().len())
    }

    /// Bytes of replies without end that the server got rid of.
    pub fn endless(&self) -> usize {
        self.seen.endless.load(Ordering::SeqCst)
    }

    /// Connections that are over.
    pub fn ended(&self) -> usize {
        self.seen.ended.load(Ordering::SeqCst)
    }

    /// Connections of which the server takes nothing more.
    pub fn stopped(&self) -> usize {
        self.seen.stopped.load(Ordering::SeqCst)
    }

    /// [`counts`](Self::counts), when so many connections are over.
    pub async fn final_counts(&self, connections: usize) -> (usize, usize) {
        self.seen.is_released.store(true, Ordering::SeqCst);
        until("an end of the connections", || self.ended() >= connections).await;
        self.counts()
    }

    /// The same when all connections are over that were made, however many. The next step is used
    /// up.
    pub async fn settled_counts(&self) -> (usize, usize) {
        self.seen.is_released.store(true, Ordering::SeqCst);
        // Connections are accepted in their order: once this one is over, those before are known.
        let address = self.url.trim_start_matches("http://");
        let mut last = TcpStream::connect(address).await.expect("the server");
        last.shutdown().await.expect("the server");
        assert_eq!(soon(last.read(&mut [0])).await.expect("an end"), 0);
        until("an end of all connections", || {
            self.ended() == self.seen.accepted.load(Ordering::SeqCst)
        })
        .await;
        self.counts()
    }

    /// The most requests that met at a time.
    pub fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

async fn serve(stream: &mut TcpStream, step: Step, seen: &Seen) -> io::Result<()> {
    let (head, mut body) = read_head(stream).await?;
    seen.begun.fetch_add(1, Ordering::SeqCst);
    let length = head.header("content-length").map_or(0, |length| {
        length.parse::<usize>().expect("a length in digits")
    });
    assert_eq!(head.header("transfer-encoding"), None);
    if let Step::Ahead(status, body) = step {
        stream.write_all(&reply(status, &[], body)).await?;
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
        let mut piece = vec![0; (most - body.len()).min(CHUNK)];
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => body.extend_from_slice(&piece[..read]),
        }
    }
    if body.len() >= length {
        assert_eq!(body.len(), length, "more than was announced");
        let body = body.into();
        let request = (Instant::now(), Request { body, ..head });
        seen.whole.lock().expect("no panic elsewhere").push(request);
    }
    match step {
        Step::HangUp | Step::Cut(_) | Step::Ahead(..) => Ok(()),
        Step::Reply(reply) => send(stream, &reply).await,
        Step::Held(permits, reply) => {
            permits.acquire().await.expect("not closed").forget();
            send(stream, &reply).await
        }
        Step::Answer(status, body) | Step::Early(_, status, body) => {
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
        Step::Endless(head, piece, pause) => {
            stream.write_all(&head).await?;
            let piece = vec![b' '; piece];
            loop {
                stream.write_all(&piece).await?;
                seen.endless.fetch_add(piece.len(), Ordering::SeqCst);
                if let Some(pause) = pause {
                    tokio::time::sleep(pause).await;
                }
            }
        }
        Step::Silent => {
            // Until the client goes.
            stream.read(&mut [0]).await.map(drop)
        }
        Step::Stop(_) => {
            // The kernel's buffers fill up. To notice that the client has gone, they must be
            // emptied in the end.
            seen.stopped.fetch_add(1, Ordering::SeqCst);
            while !seen.is_released.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let mut sink = vec![0; CHUNK];
            while stream.read(&mut sink).await? > 0 {}
            Ok(())
        }
    }
}

async fn answer(stream: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    send(stream, &reply(status, &[("connection", "close")], body)).await
}

/// Sends a reply and closes the connection.
async fn send(stream: &mut TcpStream, reply: &[u8]) -> io::Result<()> {
    stream.write_all(reply).await?;
    stream.shutdown().await
}

/// The head of a request, and what came of its body with it.
pub async fn read_head(stream: &mut TcpStream) -> io::Result<(Request, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let body = bytes.split_off(end + 4);
    bytes.truncate(end);
    let head = String::from_utf8(bytes).expect("a text head");
    let mut lines = head.split("\r\n");
    let line = lines.next().expect("a request line");
    let request = Request {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: Bytes::new(),
    };
    Ok((request, body))
}

/// A URL whose port is ours, and which refuses connections until somebody listens.
pub fn nowhere() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    (format!("http://{}", socket.local_addr().unwrap()), socket)
}
