//! A web server that receives webhook events, verifies them, and handles each one once.
//!
//! With `IMAGEKIT_WEBHOOK_SECRET` in the environment it listens on port 3000 until it is stopped;
//! register `https://<your host>/imagekit` as a webhook in the ImageKit dashboard. Without it, it
//! sends three events to itself and ends:
//!
//! ```sh
//! cargo run --example webhook_receiver
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{FromRef, State};
use axum::{Router, http::StatusCode, routing::post};
use imagekitio::webhook::{Event, Payload, VerifiedEvent, Verifier};
use tokio::net::TcpListener;

/// How far the timestamp of an event may be from the current time.
const TOLERANCE: Duration = Duration::from_secs(300);

/// How long an event is remembered: more than twice the tolerance, so that no event can be
/// replayed, and as long as ImageKit may repeat an event with a new time.
const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// What the handlers share.
#[derive(Clone)]
struct App {
    verifier: Verifier,
    seen: Arc<Mutex<Seen>>,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// The ids of the events that were handled, each with the time at which it is forgotten.
///
/// A service of several processes keeps them in a database, in the transaction in which it handles
/// the event.
#[derive(Default)]
struct Seen(HashMap<String, SystemTime>);

impl Seen {
    /// Whether the event is new.
    fn insert(&mut self, event: &Event) -> bool {
        let now = SystemTime::now();
        self.0.retain(|_, forget_at| *forget_at > now);
        let known = self.0.insert(event.id().to_owned(), now + REMEMBERED_FOR);
        known.is_none()
    }
}

/// Called with verified events only: the extractor answers other requests with 400, 401 or 413.
async fn receive(State(app): State<App>, verified: VerifiedEvent) -> StatusCode {
    let is_new = app
        .seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(&verified.event);
    if is_new {
        // Work that takes long belongs in a queue: ImageKit waits for the answer.
        handle(&verified.event);
    } else {
        println!("   {} was handled before", verified.event.id());
    }
    // An event that was handled before is a success too, or ImageKit would send it again.
    StatusCode::NO_CONTENT
}

fn handle(event: &Event) {
    match event.payload() {
        Payload::FileCreated(created) => {
            let path = created.data.file_path.as_deref().unwrap_or("?");
            println!("   {}: {path} was created", event.id());
        }
        Payload::FileDeleted(deleted) => {
            println!(
                "   {}: file {} was deleted",
                event.id(),
                deleted.data.file_id
            );
        }
        Payload::VideoTransformationReady(ready) => {
            println!("   {}: {} is ready", event.id(), ready.request.url);
        }
        // Others, and those that ImageKit adds later.
        _ => println!("   {}: {}", event.id(), event.as_json()),
    }
}

fn app(verifier: Verifier) -> Router {
    let app = App {
        verifier: verifier.tolerance(TOLERANCE).body_limit(256 * 1024),
        seen: Arc::default(),
    };
    Router::new()
        .route("/imagekit", post(receive))
        .with_state(app)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os("IMAGEKIT_WEBHOOK_SECRET").is_some() {
        let listener = TcpListener::bind("0.0.0.0:3000").await?;
        println!(
            "Waiting for events on http://{}/imagekit",
            listener.local_addr()?
        );
        return Ok(axum::serve(listener, app(Verifier::from_env()?)).await?);
    }
    println!("No IMAGEKIT_WEBHOOK_SECRET in the environment: sending events to myself.");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/imagekit", listener.local_addr()?);
    let server = tokio::spawn(axum::serve(listener, app(Verifier::new([SECRET])?)).into_future());
    let sent = send_to(&url).await;
    server.abort();
    sent
}

const SECRET: &str = "whsec_of_this_example";

/// What ImageKit does, for the run without it.
async fn send_to(url: &str) -> Result<(), Box<dyn Error>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use hmac::{Hmac, KeyInit, Mac};

    let http = reqwest::Client::new();
    let event = r#"{"id":"evt_1","type":"file.deleted","created_at":"2026-05-04T10:20:30.456Z","data":{"fileId":"f_1"}}"#;
    let time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes())?;
    mac.update(format!("msg_1.{time}.{event}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    for (what, signature, expected) in [
        ("An event", signature.as_str(), StatusCode::NO_CONTENT),
        ("The same again", &signature, StatusCode::NO_CONTENT),
        ("A forged one", "v1,AAAA", StatusCode::UNAUTHORIZED),
    ] {
        println!("\n{what}:");
        let response = http
            .post(url)
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", time)
            .header("webhook-signature", signature)
            .body(event)
            .send()
            .await?;
        let status = response.status();
        println!("   {status} {}", response.text().await?);
        if status != expected {
            return Err(format!("expected {expected}").into());
        }
    }
    Ok(())
}
