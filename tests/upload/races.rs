//! Uploads that end at the worst time: nothing is stored twice, nothing is lost, and errors say
//! what the server can have.
//!
//! Two tests run as often as they are asked to:
//!
//! - `UPLOAD_RACES=10000 cargo test --test upload -- --nocapture races::uploads_with_random`: so
//!   many uploads with random faults
//! - `EARLY_REFUSALS=100 cargo test --test upload -- --nocapture races::an_upload_that_is_refused`:
//!   so many uploads that are refused before their end

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Full};
use imagekitio::upload::{CancelHandle, UploadOutcome, UploadRequest};
use imagekitio::{Error, ErrorKind, ImageKit, Response, RetryPolicy, UploadSource};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use support::uploads::*;
use support::{STORED, Scripted, Step};
use support::{read_head, soon, until};

// The last byte.

/// How long an upload may stand still that is held on purpose. Longer than a busy machine takes for
/// what isn't held.
const STANDSTILL: Duration = Duration::from_millis(300);

/// Holds a thread until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(AtomicBool, Mutex<bool>, Condvar)>);

impl Gate {
    fn pass(&self) {
        let (is_reached, is_open, opened) = &*self.0;
        is_reached.store(true, Ordering::SeqCst);
        // The other tasks of the thread go on elsewhere.
        tokio::task::block_in_place(|| {
            let is_open = is_open.lock().unwrap();
            drop(opened.wait_while(is_open, |is_open| !*is_open).unwrap());
        });
    }

    async fn reached(&self) {
        until("the gate", || self.0.0.load(Ordering::SeqCst)).await;
    }

    fn open(&self) {
        *self.0.1.lock().unwrap() = true;
        self.0.2.notify_all();
    }
}

/// A source that is held when it is asked for its end. Then the connection has all of the file, and
/// asks for the end of the form.
fn held_at_the_end(gate: &Gate) -> UploadSource {
    let gate = gate.clone();
    let mut content = Some(Bytes::from("hello"));
    let chunks = stream::poll_fn(move |_| match content.take() {
        Some(content) => Poll::Ready(Some(Ok(content))),
        None => {
            gate.pass();
            Poll::Ready(None)
        }
    });
    UploadSource::stream("a.txt", 5, chunks)
}

/// A server of HTTP/1 or HTTP/2 that takes forms and answers to none.
struct Taker {
    ik: ImageKit,
    /// Forms that arrived whole.
    whole: Arc<AtomicUsize>,
    /// Connections that are over.
    over: Arc<AtomicUsize>,
}

impl Taker {
    async fn start(is_http_2: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (whole, over): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
        let seen = (whole.clone(), over.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (whole, over) = seen.clone();
                tokio::spawn(async move {
                    take_forms(stream, is_http_2, whole).await;
                    over.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self {
            ik: ik(&url, is_http_2),
            whole,
            over,
        }
    }

    async fn has_one(&self) {
        until("a whole form", || self.whole.load(Ordering::SeqCst) == 1).await;
    }

    /// Forms that arrived whole over the only connection, once it is over.
    async fn whole(self) -> usize {
        drop(self.ik);
        until("an end of the connection", || {
            self.over.load(Ordering::SeqCst) == 1
        })
        .await;
        self.whole.load(Ordering::SeqCst)
    }
}

async fn take_forms(stream: TcpStream, is_http_2: bool, whole: Arc<AtomicUsize>) {
    let service =
        hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let whole = whole.clone();
            async move {
                if request.into_body().collect().await.is_ok() {
                    whole.fetch_add(1, Ordering::SeqCst);
                    std::future::pending::<()>().await;
                }
                Err::<hyper::Response<Full<Bytes>>, _>(io::Error::other("broken off"))
            }
        });
    let stream = hyper_util::rt::TokioIo::new(stream);
    let _ = if is_http_2 {
        let executor = hyper_util::rt::TokioExecutor::new();
        let server = hyper::server::conn::http2::Builder::new(executor);
        server.serve_connection(stream, service).await
    } else {
        let server = hyper::server::conn::http1::Builder::new();
        server.serve_connection(stream, service).await
    };
}

fn ik(url: &str, is_http_2: bool) -> ImageKit {
    let http = reqwest::Client::builder();
    let http = if is_http_2 {
        http.http2_prior_knowledge()
    } else {
        http
    };
    ImageKit::builder()
        .private_key(KEY)
        .base_url(url)
        .retry(quick())
        .http_client(http.build().unwrap())
        .build()
        .unwrap()
}

/// Ends an upload that is held at its end, and returns the error, if anybody is there to get it.
type End = fn(UploadRequest, Gate) -> Pin<Box<dyn Future<Output = Option<Error>> + Send>>;

const ENDS: [(&str, End); 4] = [
    ("stalled", |upload, gate| {
        Box::pin(async move {
            let upload = upload.stall_timeout(STANDSTILL);
            let error = tokio::spawn(upload.into_future())
                .await
                .unwrap()
                .unwrap_err();
            gate.reached().await;
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            Some(error)
        })
    }),
    ("canceled", |upload, gate| {
        Box::pin(async move {
            let cancel = CancelHandle::new();
            let upload = tokio::spawn(upload.cancel_with(&cancel).into_future());
            gate.reached().await;
            cancel.cancel();
            let error = upload.await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Canceled);
            Some(error)
        })
    }),
    ("dropped", |upload, gate| {
        Box::pin(async move {
            let upload = tokio::spawn(upload.into_future());
            gate.reached().await;
            upload.abort();
            assert!(upload.await.unwrap_err().is_cancelled());
            None
        })
    }),
    ("one of many", |upload, gate| {
        Box::pin(async move {
            let cancel = CancelHandle::new();
            let uploads = imagekitio::ImageKit::builder()
                .private_key(KEY)
                .build()
                .unwrap();
            let uploads = uploads.upload_many([upload.cancel_with(&cancel)]);
            let uploads = tokio::spawn(async { uploads.await });
            gate.reached().await;
            cancel.cancel();
            let error = uploads.await.unwrap().pop().unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Canceled);
            Some(error)
        })
    }),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn the_end_is_not_sent_once_the_upload_is_given_up() {
    for (name, end) in ENDS {
        let give_up = async |ik: &ImageKit| {
            let gate = Gate::default();
            let error = soon(end(ik.upload(held_at_the_end(&gate)), gate.clone())).await;
            assert!(
                error.is_none_or(|error| !error.may_have_been_sent()),
                "{name}"
            );
            // Now the connection gets what it asked for.
            gate.open();
        };
        let server = Scripted::start([Step::Silent]).await;
        give_up(&server.client()).await;
        assert_eq!(server.settled_counts().await.1, 0, "{name}");
        let server = Taker::start(true).await;
        give_up(&server.ik).await;
        assert_eq!(server.whole().await, 0, "{name}, HTTP/2");
    }
}

/// The other way round: what the connection has may be stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn what_was_handed_over_may_have_been_sent() {
    for is_http_2 in [false, true] {
        let server = Taker::start(is_http_2).await;
        let cancel = CancelHandle::new();
        let upload = tokio::spawn(server.ik.upload(hello()).cancel_with(&cancel).into_future());
        soon(server.has_one()).await;
        cancel.cancel();
        assert!(upload.await.unwrap().unwrap_err().may_have_been_sent());

        let server = Taker::start(is_http_2).await;
        let upload = server
            .ik
            .upload(hello())
            .reply_timeout(Duration::from_millis(20));
        let error = soon(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.may_have_been_sent());
    }
}

/// The first attempt is held with its last bytes until the second one is stored. Then it may go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn an_earlier_attempt_never_overtakes_the_next_one() {
    let folder = std::env::temp_dir().join(format!("imagekitio-races-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.txt"), "hello").unwrap();
    let sources = [
        hello(),
        UploadSource::path(folder.join("a.txt")),
        UploadSource::url("https://example.com/a.txt"),
        UploadSource::base64("a.txt", "aGVsbG8="),
        UploadSource::data_uri("a.txt", "data:text/plain;base64,aGVsbG8="),
    ];
    let held = |upload: UploadRequest, gate: &Gate| {
        let gate = gate.clone();
        upload
            .stall_timeout(STANDSTILL)
            .on_progress(move |progress| {
                if progress.attempt == 1 {
                    gate.pass();
                }
            })
    };
    for source in sources {
        let server = Scripted::start([STORED]).await;
        let gate = Gate::default();
        let upload = held(server.client().upload(source), &gate);
        soon(tokio::spawn(upload.into_future()))
            .await
            .unwrap()
            .unwrap();
        gate.open();
        assert_eq!(server.settled_counts().await.1, 1);
    }
    let server = Scripted::start([STORED]).await;
    let gate = Gate::default();
    let of_each = gate.clone();
    let run = server
        .client()
        .upload_folder(&folder)
        .manifest(folder.join("m"));
    let run = run.each(move |upload, _| held(upload, &of_each));
    let summary = soon(tokio::spawn(run.into_future()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(summary.to_string(), "1 uploaded, 0 unchanged, 0 failed");
    gate.open();
    assert_eq!(server.settled_counts().await.1, 1);
    std::fs::remove_dir_all(folder).unwrap();
}

// Panics.

struct Panics;

impl io::Read for Panics {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        panic!("on purpose")
    }
}

impl AsyncRead for Panics {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        panic_any("on purpose".to_owned())
    }
}

/// Once and at once: nothing here has a time limit.
#[tokio::test]
async fn code_of_the_caller_that_panics_fails_the_upload() {
    let late = || {
        let chunks = stream::iter([true, false]).map(|is_given| {
            assert!(is_given, "on purpose");
            Ok(Bytes::from("hello"))
        });
        UploadSource::stream("a", 10, chunks)
    };
    let silent = stream::poll_fn(|_| -> Poll<Option<io::Result<Bytes>>> { panic_any(5) });
    let cases: [(UploadSource, bool, ErrorKind, &str); 6] = [
        (
            hello(),
            true,
            ErrorKind::Canceled,
            "the callback `on_progress` panicked: on purpose",
        ),
        (
            late(),
            false,
            ErrorKind::Io,
            "the stream of `a` cannot be read: it panicked: on purpose",
        ),
        (
            UploadSource::stream("a", 5, silent),
            false,
            ErrorKind::Io,
            "the stream of `a` cannot be read: it panicked",
        ),
        (
            UploadSource::reader("a", 5, Panics),
            false,
            ErrorKind::Io,
            "the reader of `a` cannot be read: it panicked: on purpose",
        ),
        (
            UploadSource::blocking_reader("a", 5, Panics),
            false,
            ErrorKind::Io,
            "the reader of `a` cannot be read: task ",
        ),
        (
            UploadSource::url("https://example.com/a"),
            true,
            ErrorKind::Canceled,
            "the callback `on_progress` panicked: on purpose",
        ),
    ];
    let servers = [Taker::start(false).await, Taker::start(true).await];
    for (source, is_callback, kind, message) in cases {
        for server in &servers {
            // A source that can be read once was read by the other server.
            let source = match message.split(' ').nth(1) {
                Some("stream") if !message.ends_with("panicked") => late(),
                Some("reader") if message.ends_with("purpose") => {
                    UploadSource::reader("a", 5, Panics)
                }
                Some("reader") => UploadSource::blocking_reader("a", 5, Panics),
                Some("stream") => UploadSource::stream("a", 5, stream::poll_fn(|_| panic_any(5))),
                _ => source.clone(),
            };
            let upload = server.ik.upload(source).retry(quick().repeat_unsafe(true));
            let upload = upload
                .stall_timeout(Duration::MAX)
                .reply_timeout(Duration::MAX);
            let upload = match is_callback {
                true => upload.on_progress(|_| panic!("on purpose")),
                false => upload,
            };
            let error = soon(upload).await.unwrap_err();
            let shown = error.to_string();
            assert!(
                shown.starts_with(&format!("upload-file: {message}")),
                "{shown}"
            );
            assert_eq!(
                (error.kind(), error.attempts(), error.may_have_been_sent()),
                (kind, 1, false),
                "{shown}"
            );
        }
    }
    for server in &servers {
        assert_eq!(server.whole.load(Ordering::SeqCst), 0);
    }
}

// Early replies.

/// Takes this much of the body, answers, and closes the connection.
async fn refuse(
    mut stream: TcpStream,
    takes: usize,
    status: &'static str,
    body: &'static str,
) -> io::Result<()> {
    let (_, taken) = read_head(&mut stream).await?;
    let mut left = vec![0; takes.saturating_sub(taken.len())];
    stream.read_exact(&mut left).await?;
    let reply = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(reply.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_refused_before_its_end_has_the_status_or_a_broken_connection() {
    let rounds: usize = std::env::var("EARLY_REFUSALS").map_or(2, |rounds| rounds.parse().unwrap());
    for (size, name) in [(10 * 1024, "10 KiB"), (MIB, "1 MiB"), (50 * MIB, "50 MiB")] {
        let bytes = content(size);
        for (status, body) in [("413 x", ""), ("401 x", "{\"message\":\"no\"}")] {
            for takes in [0, 5 * 1024] {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let ik = client(
                    &format!("http://{}", listener.local_addr().unwrap()),
                    quick(),
                );
                let begun = Arc::new(AtomicUsize::new(0));
                let seen = begun.clone();
                tokio::spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        seen.fetch_add(1, Ordering::SeqCst);
                        tokio::spawn(refuse(stream, takes, status, body));
                    }
                });
                let mut kept = 0;
                for _ in 0..rounds {
                    let error = soon(ik.upload(UploadSource::bytes("a", bytes.clone())))
                        .await
                        .unwrap_err();
                    match error.status() {
                        Some(code) => {
                            assert_eq!(code.to_string(), status[..3]);
                            kept += 1;
                        }
                        // What the network loses is lost.
                        None => assert_eq!(error.kind(), ErrorKind::Connection, "{error}"),
                    }
                }
                let attempts = begun.load(Ordering::SeqCst) as f64 / rounds as f64;
                println!(
                    "{name}, {status}, body of {} bytes, after {takes} bytes: {kept} of {rounds} have the status, {attempts} attempts each",
                    body.len()
                );
            }
        }
    }
}

/// A server that takes a part and answers in the next attempt only gets no more of that one than
/// the head.
#[tokio::test]
async fn a_file_is_not_sent_again_to_a_server_that_refuses_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ik = client(
        &format!("http://{}", listener.local_addr().unwrap()),
        quick(),
    );
    let upload = ik
        .upload(UploadSource::bytes("a", content(LARGE)))
        .stall_timeout(Duration::MAX);
    let upload = tokio::spawn(upload.into_future());
    let (mut first, _) = soon(listener.accept()).await.unwrap();
    read_head(&mut first).await.unwrap();
    drop(first);
    let (mut second, _) = soon(listener.accept()).await.unwrap();
    read_head(&mut second).await.unwrap();
    let reply = b"HTTP/1.1 413 x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
    second.write_all(reply).await.unwrap();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(
        (error.status(), error.attempts()),
        (Some(413), 2),
        "{error}"
    );
    let mut rest = Vec::new();
    let _ = soon(second.read_to_end(&mut rest)).await;
    assert!(rest.len() < LARGE, "the whole file");
}

// Everything at once.

/// What a server does with one connection.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    /// Stops in the middle for about as long as an upload may stand still.
    Stall,
    /// Resets the connection in the middle.
    Reset,
    /// Answers in the middle, and closes the connection.
    EarlyReply,
    /// Takes the whole form, and closes the connection.
    LostReply,
    /// Takes the whole form, and answers after about as long as the reply may take.
    LateReply,
}

/// How often each file arrived whole.
type Stored = Arc<Mutex<BTreeMap<String, usize>>>;

const STALL: Duration = Duration::from_millis(50);

/// From 0 to 999.
fn random() -> u64 {
    RandomState::new().hash_one(()) % 1000
}

/// Between 80 and 120 percent, mostly close to it.
fn about(time: Duration) -> Duration {
    let percent = if random() < 700 {
        97 + random() % 7
    } else {
        80 + random() % 41
    };
    time * percent as u32 / 100
}

async fn take(mut stream: TcpStream, stored: Stored) -> io::Result<()> {
    let fault = match random() {
        0..400 => Fault::None,
        400..650 => Fault::Stall,
        650..750 => Fault::Reset,
        750..850 => Fault::EarlyReply,
        850..925 => Fault::LostReply,
        _ => Fault::LateReply,
    };
    let (head, mut body) = read_head(&mut stream).await?;
    let length: usize = head.header("content-length").unwrap().parse().unwrap();
    let middle = length * random() as usize / 1000;
    let mut is_disturbed = false;
    while body.len() < length {
        if body.len() >= middle && !is_disturbed {
            is_disturbed = true;
            match fault {
                Fault::Stall => tokio::time::sleep(about(STALL)).await,
                Fault::Reset => return stream.set_zero_linger(),
                Fault::EarlyReply => {
                    return stream
                        .write_all(
                            b"HTTP/1.1 401 x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
                        )
                        .await;
                }
                _ => {}
            }
        }
        let mut piece = vec![0; (length - body.len()).min(64 * 1024)];
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => body.extend_from_slice(&piece[..read]),
        }
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(1000)]).into_owned();
    let (_, name) = text.split_once("name=\"fileName\"\r\n\r\n").unwrap();
    let (name, _) = name.split_once("\r\n").unwrap();
    *stored.lock().unwrap().entry(name.to_owned()).or_default() += 1;
    match fault {
        Fault::LostReply => return Ok(()),
        Fault::LateReply => tokio::time::sleep(about(10 * STALL)).await,
        _ => {}
    }
    let reply = support::reply("200 OK", &[("connection", "close")], support::FILE);
    stream.write_all(&reply).await
}

/// One upload of a random kind; `None` if it was dropped.
async fn send(
    ik: ImageKit,
    name: String,
    bytes: Bytes,
) -> Option<Result<Response<UploadOutcome>, Error>> {
    let length = if random() < 300 {
        3 * MIB
    } else {
        1 + random() as usize * 300
    };
    let bytes = bytes.slice(..length);
    let source = if random() < 500 {
        UploadSource::bytes(name, bytes)
    } else {
        // The last bytes come about when the upload may not stand still any longer.
        let last = bytes.slice(length - 1..);
        let pieces = stream::once(async move { Ok(bytes.slice(..length - 1)) });
        let pieces = pieces.chain(stream::once(async move {
            tokio::time::sleep(about(STALL)).await;
            Ok(last)
        }));
        UploadSource::stream(name, length as u64, pieces)
    };
    let cancel = CancelHandle::new();
    let upload = ik
        .upload(source)
        .stall_timeout(STALL)
        .reply_timeout(10 * STALL)
        .cancel_with(&cancel);
    let end = match random() {
        0..700 => return Some(upload.await),
        700..900 => about(STALL),
        _ => Duration::from_micros(random() * 30),
    };
    let mut upload = tokio::spawn(upload.into_future());
    tokio::select! {
        result = &mut upload => Some(result.unwrap()),
        () = tokio::time::sleep(end) => {
            if random() < 500 {
                cancel.cancel();
                return Some(upload.await.unwrap());
            }
            upload.abort();
            upload.await.ok()
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn uploads_with_random_faults_are_stored_once_or_known_not_to_be() {
    let uploads: usize =
        std::env::var("UPLOAD_RACES").map_or(300, |uploads| uploads.parse().unwrap());
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    // So that a server that stops reading is noticed.
    socket.set_recv_buffer_size(256 * 1024).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1024).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stored, open): (Stored, Arc<AtomicUsize>) = Default::default();
    let (kept, running) = (stored.clone(), open.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (kept, running) = (kept.clone(), running.clone());
            running.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                // The client may close the connection at any time.
                let _ = take(stream, kept).await;
                running.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    let ik = client(
        &url,
        RetryPolicy::new().base_delay(Duration::from_millis(1)),
    );
    let bytes = content(3 * MIB);
    let results: Vec<_> = stream::iter(0..uploads)
        .map(|number| {
            let (ik, name, bytes) = (ik.clone(), format!("{number}.bin"), bytes.clone());
            async move {
                (
                    name.clone(),
                    tokio::spawn(send(ik, name, bytes)).await.unwrap(),
                )
            }
        })
        .buffer_unordered(24)
        .collect()
        .await;
    // Connections are accepted in their order: once this one is over, those before are known.
    let mut last = TcpStream::connect(url.trim_start_matches("http://"))
        .await
        .unwrap();
    last.shutdown().await.unwrap();
    let _ = last.read(&mut [0]).await;
    until("an end of all connections", || {
        open.load(Ordering::SeqCst) == 0
    })
    .await;

    let stored = stored.lock().unwrap();
    let mut outcomes = BTreeMap::<String, usize>::new();
    let (mut twice, mut lost, mut wrong) = (0, 0, 0);
    for (name, result) in &results {
        let copies = stored.get(name).copied().unwrap_or_default();
        twice += usize::from(copies > 1);
        let outcome = match result {
            Some(Ok(reply)) => {
                lost += usize::from(copies == 0);
                format!("stored ({})", reply.http_status())
            }
            Some(Err(error)) => {
                wrong += usize::from(copies > 0 && !error.may_have_been_sent());
                format!(
                    "{:?}, may have been sent: {}, arrived: {copies}",
                    error.kind(),
                    error.may_have_been_sent()
                )
            }
            None => format!("dropped, arrived: {copies}"),
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!(
        "{uploads} uploads: {twice} stored twice, {lost} lost, {wrong} \"not sent\" but whole at the server; {outcomes:#?}"
    );
    assert_eq!((twice, lost, wrong), (0, 0, 0));
}
