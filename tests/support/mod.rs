//! A server that answers as it is told and keeps what it was asked, byte for byte; and waits that end.

#![allow(dead_code)]

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;

/// A file as uploads, details and lists describe it: the properties that none of them leaves out.
pub const FILE: &str = r#"{"type":"file","fileId":"f1","name":"a.jpg","filePath":"/a.jpg","url":"https://ik.imagekit.io/demo/a.jpg","fileType":"image","size":1,"versionInfo":{"id":"v1","name":"Version 1"},"createdAt":"2026-05-04T10:20:30.456Z","updatedAt":"2026-05-04T10:20:30.456Z"}"#;

/// A folder as lists describe it.
pub const FOLDER: &str = r#"{"type":"folder","folderId":"d1","name":"a","folderPath":"/a","createdAt":"2026-05-04T10:20:30.456Z","updatedAt":"2026-05-04T10:20:30.456Z"}"#;

/// An object with some other properties. Null takes one away.
pub fn but(object: &str, changes: serde_json::Value) -> String {
    let mut object: serde_json::Value = serde_json::from_str(object).unwrap();
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value.is_null() {
            true => members.remove(name),
            false => members.insert(name.clone(), value.clone()),
        };
    }
    object.to_string()
}

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
}

pub struct Scripted {
    pub url: String,
    requests: Arc<Mutex<Vec<(Instant, Request)>>>,
}

/// What the server does with one connection.
#[derive(Clone)]
pub enum Step {
    /// Reads the request and answers with these bytes.
    Reply(Vec<u8>),
    /// Reads the request and closes the connection.
    Hang,
    /// Reads the request and answers after a while.
    Slow(Duration, Vec<u8>),
    /// Reads the request and answers once there is a permit for it.
    Held(Arc<Semaphore>, Vec<u8>),
}

/// Reads the request and never answers.
pub fn silent() -> Step {
    Step::Held(Arc::new(Semaphore::new(0)), Vec::new())
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
    /// Answers every request with these bytes, then closes the connection.
    pub async fn start(reply: Vec<u8>) -> Self {
        Self::steps([Step::Reply(reply)]).await
    }

    /// Does one step for each connection, and the last one for all that follow.
    pub async fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: VecDeque<Step> = steps.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let step = match steps.len() {
                    1 => steps[0].clone(),
                    _ => steps.pop_front().expect("a step"),
                };
                let seen = seen.clone();
                tokio::spawn(async move {
                    let request = read(&mut stream).await;
                    seen.lock()
                        .expect("no panic elsewhere")
                        .push((Instant::now(), request));
                    let reply = match step {
                        Step::Reply(reply) => reply,
                        Step::Hang => return,
                        Step::Slow(time, reply) => {
                            tokio::time::sleep(time).await;
                            reply
                        }
                        Step::Held(permits, reply) => {
                            permits.acquire().await.expect("not closed").forget();
                            reply
                        }
                    };
                    let _ = stream.write_all(&reply).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { url, requests }
    }

    /// What came so far.
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock().expect("no panic elsewhere");
        requests
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    /// The times between the requests.
    pub fn gaps(&self) -> Vec<Duration> {
        let requests = self.requests.lock().expect("no panic elsewhere");
        requests
            .windows(2)
            .map(|pair| pair[1].0 - pair[0].0)
            .collect()
    }

    /// The only request that came.
    pub fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

async fn read(stream: &mut TcpStream) -> Request {
    let (head, mut body) = read_head(stream).await.expect("a request");
    let length = head.header("content-length").map_or(0, |length| {
        length.parse::<usize>().expect("a length in digits")
    });
    while body.len() < length {
        assert!(stream.read_buf(&mut body).await.expect("a body") > 0);
    }
    let body = body.into();
    Request { body, ..head }
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

/// No test waits for longer, however busy the machine is.
pub const WATCHDOG: Duration = Duration::from_secs(120);

/// Lets time pass for everything that waits on tokio's clock, in a moment. For tests with one thread.
pub async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Nothing hangs. What is there at the end of the time only because it was looked at once more counts as hanging, too.
pub async fn soon<F: IntoFuture>(run: F) -> F::Output {
    tokio::select! {
        biased;
        () = tokio::time::sleep(WATCHDOG) => panic!("no end"),
        output = run.into_future() => output,
    }
}

/// Nothing hangs, and things happen.
pub async fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < WATCHDOG, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
