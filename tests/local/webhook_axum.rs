//! Webhook events over HTTP: the extractor for handlers of axum.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::IntoResponse;
use axum::{Router, routing::post};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use imagekitio::ImageKit;
use imagekitio::webhook::{Rejection, VerifiedEvent, Verifier, VerifyError};
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "whsec_dGVzdC1zZWNyZXQ=";
const CREATED: &str = r#"{"id":"evt_1","type":"file.created"}"#;
/// The clock is real: a day is enough for any machine.
const TOLERANCE: Duration = Duration::from_secs(24 * 60 * 60);

fn verifier() -> Verifier {
    Verifier::new([SECRET]).unwrap().tolerance(TOLERANCE)
}

async fn receive(verified: VerifiedEvent) -> String {
    format!("{} {}", verified.event.id(), verified.event.event_type())
}

/// Serves until the end of the test.
async fn serve<S: Clone + Send + Sync + 'static>(state: S) -> String
where
    Verifier: FromRef<S>,
{
    let app = Router::new().route("/", post(receive)).with_state(state);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());
    address.to_string()
}

fn signature(body: &str, age: Duration) -> String {
    let time = SystemTime::now() - age;
    let time = time.duration_since(UNIX_EPOCH).unwrap().as_millis();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    format!(
        "t={time},v1={}",
        const_hex::encode(mac.finalize().into_bytes())
    )
}

async fn post_to(
    address: &str,
    body: impl Into<reqwest::Body>,
    signature: Option<&str>,
) -> (StatusCode, String) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.post(format!("http://{address}/")).body(body);
    if let Some(signature) = signature {
        request = request.header("x-ik-signature", signature);
    }
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

#[derive(Clone)]
struct App {
    webhooks: Verifier,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.webhooks.clone()
    }
}

#[tokio::test]
async fn a_genuine_event_reaches_the_handler() {
    let fresh = signature(CREATED, Duration::ZERO);
    let webhooks = verifier();
    for address in [serve(verifier()).await, serve(App { webhooks }).await] {
        let answer = post_to(&address, CREATED, Some(&fresh)).await;
        assert_eq!(answer, (StatusCode::OK, "evt_1 file.created".to_owned()));
    }
}

#[tokio::test]
async fn the_client_is_a_state() {
    let ik = ImageKit::builder().webhook_secret(SECRET).build().unwrap();
    let state = Verifier::from_ref(&ik);
    state
        .verify_at(
            [("x-ik-signature", signature(CREATED, Duration::ZERO))],
            CREATED.as_bytes(),
            SystemTime::now(),
        )
        .unwrap();
    let address = serve(ImageKit::builder().build().unwrap()).await;
    let (status, body) = post_to(&address, CREATED, Some("t=1,v1=00")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        body.starts_with("webhook_secret: verification needs the secret"),
        "{body}"
    );
}

#[tokio::test]
async fn each_refusal_has_its_status() {
    let address = serve(verifier()).await;
    let fresh = signature(CREATED, Duration::ZERO);
    let stale = signature(CREATED, TOLERANCE * 2);
    let page = signature("<html>", Duration::ZERO);
    for (body, signature, status, message) in [
        (
            CREATED,
            None,
            401,
            "the header `webhook-signature` is missing",
        ),
        (
            "{}",
            Some(fresh.as_str()),
            401,
            "the signature does not match",
        ),
        (CREATED, Some(stale.as_str()), 401, "the event was signed"),
        (
            CREATED,
            Some("v1=00"),
            400,
            "the header `x-ik-signature` does not have a time",
        ),
        (
            "<html>",
            Some(page.as_str()),
            400,
            "the body is not valid JSON",
        ),
    ] {
        let (answered, text) = post_to(&address, body, signature).await;
        assert_eq!(answered, status, "{text}");
        assert!(text.starts_with(message), "{text}");
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit() {
    let limit = CREATED.len();
    let longer = format!("{CREATED} ");
    for (limit, body, status) in [
        (limit, CREATED, 200),
        (limit, longer.as_str(), 413),
        (limit - 1, CREATED, 413),
        // An empty body has the right signature, but is not JSON.
        (0, "", 400),
    ] {
        let address = serve(verifier().body_limit(limit)).await;
        let fresh = signature(body, Duration::ZERO);
        // With a length that is announced, and in chunks without one.
        let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(
            body.as_bytes()
                .chunks(7)
                .map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk)))
                .collect::<Vec<_>>(),
        ));
        for body in [body.to_owned().into(), chunked] {
            let (answered, text) = post_to(&address, body, Some(&fresh)).await;
            assert_eq!(answered, status, "{text}");
            if status == 413 {
                assert_eq!(text, format!("the body has more than {limit} bytes"));
            }
        }
    }
    // More than axum's own limit, if asked for.
    let long = format!(
        r#"{{"id":"evt_1","type":"file.created","x":"{}"}}"#,
        "x".repeat(3_000_000)
    );
    let address = serve(verifier().body_limit(4_000_000)).await;
    let fresh = signature(&long, Duration::ZERO);
    assert_eq!(
        post_to(&address, long, Some(&fresh)).await.0,
        StatusCode::OK
    );
}

/// The server would wait for ever if it read what is announced.
#[tokio::test]
async fn a_length_beyond_the_limit_is_refused_before_the_body() {
    let address = serve(verifier()).await;
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let head =
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    connection.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

/// A body without an end is dropped at the limit.
#[tokio::test]
async fn no_more_than_the_limit_is_taken_from_a_body() {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    let endless = futures_util::stream::repeat_with(|| {
        TAKEN.fetch_add(100, Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 100]))
    });
    let request = Request::new(Body::from_stream(endless));
    let state = verifier().body_limit(1000);
    let refused = VerifiedEvent::from_request(request, &state)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Rejection::TooLarge { limit: 1000 }),
        "{refused}"
    );
    // The one that was too much.
    assert_eq!(TAKEN.load(Ordering::Relaxed), 1100);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let chunks = [
        Ok(Bytes::from_static(CREATED.as_bytes())),
        Err(std::io::Error::other("reset")),
    ];
    let mut request = Request::new(Body::from_stream(futures_util::stream::iter(chunks)));
    let fresh = signature(CREATED, Duration::ZERO).parse().unwrap();
    request.headers_mut().insert("x-ik-signature", fresh);
    let refused = VerifiedEvent::from_request(request, &verifier())
        .await
        .unwrap_err();
    assert!(matches!(refused, Rejection::Body(_)), "{refused}");
    assert_eq!(refused.into_response().status(), StatusCode::BAD_REQUEST);
}

/// For handlers that verify themselves.
#[test]
fn errors_are_responses() {
    let body = CREATED.as_bytes();
    let none: [(&str, &str); 0] = [];
    let error = verifier().verify(none, body).unwrap_err();
    assert!(matches!(error, VerifyError::MissingHeader(_)));
    assert_eq!(error.into_response().status(), StatusCode::UNAUTHORIZED);
}
