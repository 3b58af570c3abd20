//! How long a URL takes, against writing the same bytes by hand.
//!
//! Prints `url/<case> ns=<n> baseline_ns=<n> ratio=<r>` and the number of allocations. The unsigned
//! baseline pushes the parts of the same URL into one reused `String`; the signed one computes only
//! the HMAC-SHA1 of the same text with a prepared key, and its hexadecimal digits. The cases:
//!
//! - `constructed`: two steps and a URL, all made anew, into a new `String`
//! - `preset`: a new URL with the same steps as a `Preset`, into a reused `String`
//! - `prepared`: the same as a `PreparedUrl`
//! - `signed_preset`, `signed_prepared`: these with a signature and an expiry
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use imagekitio::url::{Crop, Preset};
use imagekitio::{ImageKit, Overlay, Transformation};
use sha1::Sha1;

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ENDPOINT: &str = "https://ik.imagekit.io/demo";
const PATH: &str = "/default-image.jpg";
const KEY: &str = "private_key_test";
const EXPECTED: &str = "https://ik.imagekit.io/demo/tr:w-300,h-200,c-at_max,q-80:rt-90,l-text,i-Hello,fs-20,co-FF0000,l-end/default-image.jpg";

fn size() -> Transformation {
    Transformation::new()
        .width(black_box(300))
        .height(black_box(200))
        .crop(black_box(Crop::AtMax))
        .quality(black_box(80))
}

fn label() -> Transformation {
    let text = Overlay::text(black_box("Hello"))
        .font_size(black_box(20))
        .font_color(black_box("FF0000"));
    Transformation::new().rotation(black_box(90)).overlay(text)
}

/// The URL by hand, part for part.
fn by_hand(url: &mut String) {
    for part in [
        ENDPOINT,
        "/tr:",
        "w-",
        "300",
        ",h-",
        "200",
        ",c-",
        "at_max",
        ",q-",
        "80",
        ":rt-",
        "90",
        ",l-text,i-",
        "Hello",
        ",fs-",
        "20",
        ",co-",
        "FF0000",
        ",l-end",
        PATH,
    ] {
        url.push_str(black_box(part));
    }
}

fn main() {
    let ik = ImageKit::builder()
        .url_endpoint(ENDPOINT)
        .private_key(KEY)
        .build()
        .expect("a valid client");
    let preset = Preset::new([size(), label()]).expect("valid steps");
    let expiry = UNIX_EPOCH + Duration::from_secs(1_900_000_000);
    let now = SystemTime::now();
    let key = Hmac::<Sha1>::new_from_slice(KEY.as_bytes()).expect("HMAC takes any key");
    let message = format!("{}1900000000", &EXPECTED[ENDPOINT.len() + 1..]);

    let constructed = || {
        ik.url(black_box(PATH))
            .transform(size())
            .transform(label())
            .build()
            .expect("a valid URL")
    };
    let preset_in = |url: &mut String| {
        ik.url(black_box(PATH))
            .preset(&preset)
            .write_to(url)
            .expect("a valid URL")
    };
    let signed_preset = |url: &mut String| {
        let builder = ik
            .url(black_box(PATH))
            .preset(&preset)
            .expires_at(black_box(expiry));
        builder.write_to_at(url, now).expect("a valid URL");
    };
    let prepared_url = ik.url(PATH).preset(&preset).prepare().expect("a valid URL");
    let prepared = |url: &mut String| black_box(&prepared_url).write_to(url);
    let signed_url = ik
        .url(PATH)
        .preset(&preset)
        .expires_at(expiry)
        .prepare()
        .expect("a valid URL");
    let signed_prepared = |url: &mut String| black_box(&signed_url).write_to_at(url, now);
    let hmac = |out: &mut String| {
        let mut mac = key.clone();
        mac.update(black_box(message.as_bytes()));
        let mut digits = const_hex::Buffer::<20>::new();
        out.push_str(digits.format(&mac.finalize().into_bytes().into()));
    };

    assert_eq!(constructed(), EXPECTED);
    let mut url = String::with_capacity(512);
    let mut digits = String::with_capacity(64);
    hmac(&mut digits);
    let signed = format!("{EXPECTED}?ik-t=1900000000&ik-s={digits}");
    let mut written = |write: &dyn Fn(&mut String)| {
        url.clear();
        write(&mut url);
        url.clone()
    };
    assert_eq!(written(&by_hand), EXPECTED);
    assert_eq!(written(&preset_in), EXPECTED);
    assert_eq!(written(&prepared), EXPECTED);
    assert_eq!(written(&signed_preset), signed);
    assert_eq!(written(&signed_prepared), signed);

    let unsigned_ns = nanoseconds(&mut url, by_hand);
    let hmac_ns = nanoseconds(&mut url, hmac);
    let constructed_ns = nanoseconds(&mut url, |_| {
        black_box(constructed());
    });
    report("constructed", constructed_ns, unsigned_ns);
    report("preset", nanoseconds(&mut url, preset_in), unsigned_ns);
    report("prepared", nanoseconds(&mut url, prepared), unsigned_ns);
    report(
        "signed_preset",
        nanoseconds(&mut url, signed_preset),
        hmac_ns,
    );
    report(
        "signed_prepared",
        nanoseconds(&mut url, signed_prepared),
        hmac_ns,
    );

    let builder = ik.url(PATH).preset(&preset);
    let mut written = |write: &dyn Fn(&mut String)| {
        url.clear();
        allocations(|| write(&mut url))
    };
    let counts = [
        ("preset write_to", written(&preset_in)),
        (
            "preset build",
            allocations(|| drop(black_box(builder.build()))),
        ),
        ("prepared write_to", written(&prepared)),
        (
            "prepared build",
            allocations(|| drop(black_box(prepared_url.build()))),
        ),
        ("signed_prepared write_to", written(&signed_prepared)),
        (
            "signed_prepared build",
            allocations(|| drop(black_box(signed_url.build()))),
        ),
        (
            "constructed build",
            allocations(|| drop(black_box(constructed()))),
        ),
    ];
    for (case, count) in counts {
        println!("allocations/{case} n={count}");
    }
}

fn report(case: &str, ns: f64, baseline_ns: f64) {
    println!(
        "url/{case} ns={ns:.1} baseline_ns={baseline_ns:.1} ratio={:.2}",
        ns / baseline_ns
    );
}

/// Time of one call, the best of many rounds.
fn nanoseconds(url: &mut String, work: impl Fn(&mut String)) -> f64 {
    const ROUNDS: u32 = 40;
    const CALLS: u32 = 20_000;
    let round = |_| {
        let start = Instant::now();
        for _ in 0..CALLS {
            url.clear();
            work(url);
            black_box(url.as_str());
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}
