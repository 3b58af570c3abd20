//! Servers with rate limits: nothing is lost, requests go on one by one in their order, and nothing
//! is silenced for long.
//!
//! Time is tokio's, paused: it passes when nothing else is left to do, so that no test depends on
//! how fast the machine is.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy, UploadSource};
use support::folder_uploads::Tree;
use support::{FILE, read_head};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const FILES: usize = 60;

#[derive(Clone, Copy, Debug)]
enum Limit {
    /// So many requests in each window of time.
    Fixed,
    /// So many requests in any window of time.
    Sliding,
    /// A bucket with so many tokens, which fills up in the time of a window.
    Bucket,
    /// No requests at all.
    Never,
    /// All but the first one.
    First,
}

#[derive(Clone, Copy, Debug)]
enum Headers {
    None,
    /// `X-RateLimit-Reset` with the length of the window.
    Reset,
    /// All three.
    Full,
    /// These.
    These(&'static str),
}

/// A server that takes some requests and answers 429 to the others.
struct Server {
    url: String,
    /// When requests came, what they asked for, and whether they were taken.
    log: Arc<Mutex<Vec<(Instant, String, bool)>>>,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Which of the requests so far were taken, and how many the limit allows in a window.
fn is_taken(
    limit: Limit,
    n: usize,
    window: Duration,
    start: Instant,
    log: &[(Instant, String, bool)],
) -> bool {
    let now = Instant::now();
    let taken = log
        .iter()
        .filter(|(_, _, taken)| *taken)
        .map(|(time, ..)| *time);
    match limit {
        Limit::Fixed => {
            let number = |time: Instant| (time - start).as_nanos() / window.as_nanos();
            taken.filter(|time| number(*time) == number(now)).count() < n
        }
        Limit::Sliding => taken.filter(|time| now - *time < window).count() < n,
        Limit::Bucket => {
            let (mut tokens, mut last) = (n as f64, start);
            let refill = |since: Duration| since.as_secs_f64() * n as f64 / window.as_secs_f64();
            for time in taken {
                tokens = (tokens + refill(time - last)).min(n as f64) - 1.0;
                last = time;
            }
            tokens + refill(now - last) >= 1.0
        }
        Limit::Never => false,
        Limit::First => !log.is_empty(),
    }
}

impl Server {
    async fn start(limit: Limit, n: usize, window: Duration, headers: Headers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log: Arc<Mutex<Vec<_>>> = Arc::default();
        // Time passes in small steps, so that what the network brings comes before the end of a
        // time limit.
        let step = (window / 100).min(Duration::from_millis(50));
        let ticks = tokio::spawn(async move {
            loop {
                sleep(step).await;
            }
        });
        let seen = log.clone();
        let accepting = tokio::spawn(async move {
            let start = Instant::now();
            while let Ok((mut stream, _)) = listener.accept().await {
                let log = log.clone();
                tokio::spawn(async move {
                    let Ok((head, body)) = read_head(&mut stream).await else {
                        return;
                    };
                    let length: usize = head
                        .header("content-length")
                        .map_or(0, |n| n.parse().unwrap());
                    let mut rest = vec![0; length - body.len()];
                    if stream.read_exact(&mut rest).await.is_err() {
                        return;
                    }
                    let taken = {
                        let mut log = log.lock().unwrap();
                        let taken = is_taken(limit, n, window, start, &log);
                        log.push((Instant::now(), head.line, taken));
                        taken
                    };
                    let ms = window.as_millis();
                    let reset = format!("x-ratelimit-reset: {ms}\r\n");
                    let headers = match headers {
                        _ if taken => String::new(),
                        Headers::None => String::new(),
                        Headers::Reset => reset,
                        Headers::Full => format!(
                            "{reset}x-ratelimit-limit: {n}\r\nx-ratelimit-interval: {ms}\r\n"
                        ),
                        Headers::These(headers) => format!("{headers}\r\n"),
                    };
                    let (status, body) = match taken {
                        true => ("200 OK", FILE),
                        false => ("429 Too Many Requests", r#"{"message":"Slow down."}"#),
                    };
                    let length = body.len();
                    let reply = format!(
                        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
                    );
                    let _ = stream.write_all(reply.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self {
            url,
            log: seen,
            tasks: [ticks, accepting],
        }
    }

    /// One that turns the first request away, with these headers.
    async fn refusing_first(headers: &'static str) -> Self {
        Self::start(Limit::First, 0, SECOND, Headers::These(headers)).await
    }

    async fn never(headers: &'static str) -> Self {
        Self::start(Limit::Never, 0, SECOND, Headers::These(headers)).await
    }

    fn client(&self, policy: RetryPolicy) -> ImageKit {
        ImageKit::builder()
            .private_key("private_key_test")
            .base_url(&self.url)
            .retry(policy)
            .build()
            .unwrap()
    }

    fn count(&self) -> usize {
        self.log.lock().unwrap().len()
    }

    /// The files that were asked for, in their order.
    fn order(&self) -> Vec<String> {
        let log = self.log.lock().unwrap();
        let id = |line: &str| line.split('/').nth(3).unwrap_or_default().to_owned();
        log.iter().map(|(_, line, _)| id(line)).collect()
    }

    fn times(&self) -> Vec<Instant> {
        self.log
            .lock()
            .unwrap()
            .iter()
            .map(|(time, ..)| *time)
            .collect()
    }
}

const SECOND: Duration = Duration::from_secs(1);
const WINDOW: Duration = Duration::from_millis(300);
const A_WHILE: Duration = Duration::from_millis(50);

fn ids(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|n| format!("f{n}"))
}

/// Asks for files, so many at a time. Returns the number of failures.
async fn get(ik: &ImageKit, files: usize, at_a_time: usize) -> usize {
    let ids = Arc::new(Mutex::new(ids(files).collect::<Vec<_>>().into_iter()));
    let worker = || async {
        let mut failures = 0;
        loop {
            let Some(id) = ids.lock().unwrap().next() else {
                return failures;
            };
            failures += usize::from(ik.files().get(id).await.is_err());
        }
    };
    join_all((0..at_a_time).map(|_| worker()))
        .await
        .into_iter()
        .sum()
}

async fn upload_many(ik: &ImageKit) -> usize {
    let source = |name| UploadSource::bytes(name, "hello");
    let requests: Vec<_> = ids(FILES).map(|name| ik.upload(source(name))).collect();
    let results = ik.upload_many(requests).concurrency(12).await;
    results.iter().filter(|result| result.is_err()).count()
}

async fn upload_folder(ik: &ImageKit) -> usize {
    let names: Vec<_> = ids(FILES).map(|name| format!("{name}.txt")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let tree = Tree::of(&names);
    let summary = ik.upload_folder(tree.path()).concurrency(12).await.unwrap();
    summary.failed().count()
}

async fn get_12_at_a_time(ik: &ImageKit) -> usize {
    get(ik, FILES, 12).await
}

async fn get_all_at_once(ik: &ImageKit) -> usize {
    let clones: Vec<_> = ids(FILES).map(|id| (ik.clone(), id)).collect();
    let results = join_all(
        clones
            .into_iter()
            .map(|(ik, id)| ik.files().get(id).into_future()),
    )
    .await;
    results.iter().filter(|result| result.is_err()).count()
}

/// 60 requests to a server that takes 10 a second: none is lost, few are sent in vain, and it takes
/// little more than 6 seconds.
async fn assert_nothing_is_lost(run: impl AsyncFn(&ImageKit) -> usize, at_once: usize) {
    for limit in [Limit::Fixed, Limit::Sliding, Limit::Bucket] {
        for headers in [Headers::None, Headers::Reset, Headers::Full] {
            let server = Server::start(limit, 3, WINDOW, headers).await;
            let ik = server.client(RetryPolicy::new());
            let start = Instant::now();
            assert_eq!(run(&ik).await, 0, "{limit:?} {headers:?}");
            let ratio = start.elapsed().as_secs_f64() / 6.0;
            assert!(ratio <= 1.3, "{limit:?} {headers:?}: {ratio}");
            // Those that were under way when the first 429 came, and a few while the rate is found.
            let most = FILES + at_once + 18;
            assert!(
                server.count() <= most,
                "{limit:?} {headers:?}: {}",
                server.count()
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_upload_of_many_is_lost() {
    assert_nothing_is_lost(upload_many, 12).await;
}

#[tokio::test(start_paused = true)]
async fn no_upload_of_a_folder_is_lost() {
    assert_nothing_is_lost(upload_folder, 12).await;
}

#[tokio::test(start_paused = true)]
async fn no_read_is_lost() {
    assert_nothing_is_lost(get_12_at_a_time, 12).await;
}

#[tokio::test(start_paused = true)]
async fn no_read_of_clones_at_once_is_lost() {
    assert_nothing_is_lost(get_all_at_once, FILES).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_at_other_rates() {
    for (n, window) in [(40, 1), (10, 1), (1, 2), (5, 60), (20, 60)] {
        let window = Duration::from_secs(window);
        for limit in [Limit::Fixed, Limit::Sliding, Limit::Bucket] {
            for headers in [Headers::None, Headers::Reset, Headers::Full] {
                let server = Server::start(limit, n, window, headers).await;
                let ik = server.client(RetryPolicy::new());
                let files = 2 * n + 12;
                assert_eq!(
                    get(&ik, files, 12).await,
                    0,
                    "{n} in {window:?} {limit:?} {headers:?}"
                );
                let most = 2 * files + 30;
                assert!(
                    server.count() <= most,
                    "{n} in {window:?} {limit:?} {headers:?}: {}",
                    server.count()
                );
            }
        }
    }
}

/// Starts requests one after the other while the first one waits out a 429, and returns them.
async fn queue(server: &Server, ik: &ImageKit, n: usize) -> Vec<JoinHandle<Result<(), Error>>> {
    let mut requests = Vec::new();
    for id in ids(n) {
        let get = ik.clone().files().get(id).into_future();
        requests.push(tokio::spawn(async move { get.await.map(|_| ()) }));
        sleep(A_WHILE).await;
    }
    assert_eq!(server.count(), 1);
    requests
}

const TEN_A_SECOND: &str =
    "x-ratelimit-reset: 5000\r\nx-ratelimit-limit: 10\r\nx-ratelimit-interval: 1000";

#[tokio::test(start_paused = true)]
async fn requests_go_on_one_by_one_in_their_order() {
    let server = Server::refusing_first(TEN_A_SECOND).await;
    let ik = server.client(RetryPolicy::new());
    for request in queue(&server, &ik, 10).await {
        request.await.unwrap().unwrap();
    }
    let order: Vec<_> = std::iter::once("f0".to_owned()).chain(ids(10)).collect();
    assert_eq!(server.order(), order);
    let times = server.times();
    assert!(times[1] - times[0] >= Duration::from_secs(5));
    for pair in times[1..].windows(2) {
        let gap = pair[1] - pair[0];
        assert!((90..130).contains(&gap.as_millis()), "{gap:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_leaves_its_turn_to_the_next() {
    let server = Server::refusing_first(TEN_A_SECOND).await;
    let ik = server.client(RetryPolicy::new());
    let requests = queue(&server, &ik, 10).await;
    for dropped in [0, 1, 2, 4, 5] {
        requests[dropped].abort();
    }
    for (number, request) in requests.into_iter().enumerate() {
        assert_eq!(request.await.is_ok(), ![0, 1, 2, 4, 5].contains(&number));
    }
    assert_eq!(server.order(), ["f0", "f3", "f6", "f7", "f8", "f9"]);
    let times = server.times();
    assert!(times[5] - times[1] < Duration::from_millis(4 * 130));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_polls_holds_up_no_other() {
    let server = Server::refusing_first("x-ratelimit-reset: 1000").await;
    let ik = server.client(RetryPolicy::new());
    let mut requests: Vec<_> = ids(6).map(|id| ik.files().get(id).into_future()).collect();
    for request in &mut requests {
        // As in a stream of uploads that waits for what its user does in between.
        let _ = tokio::time::timeout(A_WHILE, request).await;
    }
    assert_eq!(server.count(), 1);
    ik.files()
        .get("own")
        .total_timeout(Duration::from_secs(10))
        .await
        .unwrap();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(server.count(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_or_is_dropped_under_way_holds_up_no_other() {
    let server = Server::start(Limit::Sliding, 3, WINDOW, Headers::None).await;
    let ik = server.client(RetryPolicy::new());
    for round in 0..10 {
        let requests = join_all(ids(12).map(|id| ik.files().get(id).into_future()));
        let _ = tokio::time::timeout(Duration::from_millis(7 * round + 1), requests).await;
    }
    assert_eq!(get(&ik, 12, 12).await, 0);
}

#[tokio::test(start_paused = true)]
async fn the_gate_opens_when_no_request_comes_for_a_while() {
    let server = Server::refusing_first(TEN_A_SECOND).await;
    let ik = server.client(RetryPolicy::new());
    assert_eq!(get(&ik, 3, 3).await, 0);
    sleep(Duration::from_secs(61)).await;
    let start = Instant::now();
    assert_eq!(get(&ik, 50, 50).await, 0);
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_rate_that_was_found_rises_while_nothing_is_refused() {
    let server = Server::refusing_first("a: b").await;
    let ik = server.client(RetryPolicy::new());
    let start = Instant::now();
    // At the rate after the first 429, this would take three minutes.
    assert_eq!(get(&ik, 2000, 12).await, 0);
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

// How long.

#[tokio::test(start_paused = true)]
async fn a_429_is_returned_when_the_budget_is_used_up() {
    let budget = |seconds| RetryPolicy::new().rate_limit_budget(Duration::from_secs(seconds));
    let cases = [
        (RetryPolicy::none(), 0),
        (budget(0), 0),
        (budget(0).max_retries(9), 0),
        (budget(1), 1),
        (budget(10).max_retries(0), 10),
        (RetryPolicy::new(), 120),
    ];
    for (policy, seconds) in cases {
        for headers in [
            "a: b",
            "x-ratelimit-reset: 300",
            "retry-after: 0",
            "x-ratelimit-reset: 0",
        ] {
            let server = Server::never(headers).await;
            let ik = server.client(policy.clone());
            let start = Instant::now();
            let error = ik.files().get("f1").await.unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (ErrorKind::RateLimited, Some(429))
            );
            assert_eq!(error.message(), Some("Slow down."));
            assert_eq!(error.attempts() as usize, server.count());
            let most = Duration::from_secs(seconds) + A_WHILE;
            assert!(start.elapsed() <= most, "{:?}", start.elapsed());
            if seconds == 0 {
                assert_eq!(server.count(), 1);
            } else {
                assert!(start.elapsed() * 10 >= most * 3, "{:?}", start.elapsed());
                assert!(server.count() > 1);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_that_moves_loses_nothing() {
    let server = Server::start(Limit::Fixed, 2, SECOND, Headers::Full).await;
    let ik = server.client(RetryPolicy::new().rate_limit_budget(Duration::from_secs(5)));
    assert_eq!(get_all_at_once(&ik).await, 0);
}

#[tokio::test(start_paused = true)]
async fn total_time_limits_the_wait_in_the_queue() {
    let server = Server::refusing_first("x-ratelimit-reset: 3000").await;
    let ik = server.client(RetryPolicy::new());
    let first = tokio::spawn(ik.files().get("f0").into_future());
    sleep(A_WHILE).await;
    let start = Instant::now();
    let error = ik
        .files()
        .get("f1")
        .total_timeout(SECOND)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(start.elapsed() <= SECOND);
    first.await.unwrap().unwrap();
    assert_eq!(server.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_limit_holds_for_requests_that_wait_for_their_turn() {
    let server = Server::never("x-ratelimit-reset: 61000").await;
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&server.url)
        .reads_per_second(10.0)
        .build()
        .unwrap();
    let requests = join_all(ids(5).map(|id| ik.files().get(id).into_future())).await;
    for (number, request) in requests.into_iter().enumerate() {
        let error = request.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.may_have_been_sent(), number == 0);
    }
    assert_eq!(server.count(), 1);
}

/// The start of a request that is held back, and its end.
async fn held_back(ik: &ImageKit, wait: Duration) {
    let error = ik.files().get("f2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(
        (error.attempts(), error.may_have_been_sent(), error.status()),
        (0, false, None)
    );
    let left = error.retry_after().unwrap();
    assert!(
        left <= wait && left + 2 * SECOND > wait,
        "{left:?}, {wait:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_header_silences_an_operation_for_longer_than_the_policy_waits() {
    let day = Duration::from_secs(24 * 60 * 60);
    for (headers, wait) in [
        ("x-ratelimit-reset: 61000", Duration::from_secs(61)),
        (
            "x-ratelimit-reset: 999999999",
            Duration::from_millis(999_999_999),
        ),
        ("x-ratelimit-reset: 86400000", day),
        ("retry-after: 86400", day),
        ("retry-after: 999999999", Duration::from_secs(999_999_999)),
    ] {
        let server = Server::refusing_first(headers).await;
        let ik = server.client(RetryPolicy::new());
        let error = ik.files().get("f1").await.unwrap_err();
        assert_eq!(
            (error.attempts(), error.retry_after()),
            (1, Some(wait)),
            "{headers}"
        );
        held_back(&ik, wait).await;
        sleep(Duration::from_millis(60_001)).await;
        ik.files().get("f3").await.unwrap();
        assert_eq!(server.count(), 2, "{headers}");
        // Nor do those that come after it wait any longer.
        ik.files()
            .get("f4")
            .total_timeout(Duration::from_secs(61))
            .await
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_that_silences_is_capped_too() {
    let headers =
        "x-ratelimit-reset: 10\r\nx-ratelimit-limit: 1\r\nx-ratelimit-interval: 86400000000";
    let server = Server::refusing_first(headers).await;
    let ik = server.client(RetryPolicy::new());
    for _ in 0..3 {
        let get = ik.files().get("f1").total_timeout(Duration::from_secs(70));
        get.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn headers_are_read_as_what_they_can_be() {
    let line = |name: &str, value: String| format!("{name}: {value}");
    let reset = |value: &str| line("x-ratelimit-reset", value.to_owned());
    let after = |value: &str| line("retry-after", value.to_owned());
    let ms = |ms| Some(Duration::from_millis(ms));
    let half = |us| Some(Duration::from_micros(us));
    let cases = [
        (reset("300.7"), half(300_700)),
        (reset("300"), ms(300)),
        (reset(" 300 "), ms(300)),
        (reset("0"), ms(0)),
        (reset("200, 300"), ms(300)),
        (format!("{}\r\n{}", reset("100"), reset("300")), ms(300)),
        (format!("{}\r\n{}", reset("x"), reset("300")), ms(300)),
        (format!("{}\r\n{}", reset(""), after("2")), ms(2000)),
        (format!("{}\r\n{}", reset("-5"), after("2")), ms(2000)),
        (format!("{}\r\n{}", reset("300"), after("2")), ms(300)),
        (after("1.5"), ms(1500)),
        (after("0.25"), ms(250)),
        (reset(""), None),
        (reset("-300"), None),
        (reset("+300"), None),
        (reset("1e3"), None),
        (reset("inf"), None),
        (reset("NaN"), None),
        (reset("."), None),
        (reset("soon"), None),
        (reset("99999999999999999999999"), None),
        (reset("18446744073709551615"), None),
        (after("-1"), None),
        (after("18446744073709551615"), None),
        (after("Wed, 99 Foo"), None),
        // Long ago, and soon.
        (reset("1000000000"), ms(0)),
        (reset("1500000000000"), ms(0)),
        (after("1500000000"), ms(0)),
        (after("1500000000000"), ms(0)),
        (after("Sun, 06 Nov 1994 08:49:37 GMT"), ms(0)),
        (reset("SECONDS"), ms(55_000)),
        (reset("MILLISECONDS"), ms(55_000)),
        (after("SECONDS"), ms(55_000)),
        (after("MILLISECONDS"), ms(55_000)),
    ];
    for (headers, expected) in cases {
        let soon = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(55);
        let headers = headers
            .replace("MILLISECONDS", &soon.as_millis().to_string())
            .replace("SECONDS", &soon.as_secs().to_string());
        let server = Server::never(String::leak(headers.clone())).await;
        let ik = server.client(RetryPolicy::none());
        let wait = ik.files().get("f1").await.unwrap_err().retry_after();
        if expected == ms(55_000) {
            // What is left of it: that clock is not paused.
            assert!(wait > ms(0) && wait <= expected, "{headers}: {wait:?}");
        } else {
            assert_eq!(wait, expected, "{headers}");
        }
        // None of them silences the operation.
        let get = ik.files().get("f1").total_timeout(Duration::from_secs(60));
        assert_eq!(get.await.unwrap_err().status(), Some(429), "{headers}");
    }
}

// Uploads.

#[tokio::test(start_paused = true)]
async fn what_can_be_sent_once_waits_before_it_is_sent() {
    let server = Server::refusing_first("x-ratelimit-reset: 5000").await;
    let ik = server.client(RetryPolicy::new());
    let once = || UploadSource::reader("a.txt", 5, &b"hello"[..]);
    let error = ik.upload(once()).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
    // Its 429 is for all uploads, of both versions.
    for version in [ImageKit::upload, ImageKit::upload_v2] {
        let start = Instant::now();
        version(&ik, once()).await.unwrap();
        if server.count() == 2 {
            assert!(start.elapsed() >= Duration::from_millis(4900));
        }
    }
    assert_eq!(server.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn uploads_have_a_pace() {
    let server = Server::start(Limit::Sliding, 1000, SECOND, Headers::None).await;
    let ik = ImageKit::builder()
        .private_key("private_key_test")
        .base_url(&server.url)
        .uploads_per_second(10.0)
        .build()
        .unwrap();
    let start = Instant::now();
    assert_eq!(upload_many(&ik).await, 0);
    assert!(start.elapsed() >= Duration::from_millis(5900));
    // Other requests don't have it.
    let start = Instant::now();
    assert_eq!(get(&ik, 100, 12).await, 0);
    assert!(start.elapsed() < SECOND);
    for pace in [0.0, -1.0, f64::NAN, 1e-300] {
        let error = ImageKit::builder().uploads_per_second(pace).build();
        assert_eq!(error.unwrap_err().argument(), Some("uploads_per_second"));
    }
}
