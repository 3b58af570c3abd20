//! Many uploads at a time, over real HTTP: how many run, what comes of each, and how all end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use imagekitio::types::Number;
use imagekitio::upload::{CancelHandle, UploadOutcome, UploadRequest};
use imagekitio::{Error, ErrorKind, ImageKit, Response, UploadSource};
use support::uploads::{fed, hello, in_process};
use support::{STORED, Scripted, Step, soon, until};
use tokio::sync::Barrier;

/// The name under which a file was stored.
fn name(result: Result<Response<UploadOutcome>, Error>) -> String {
    result.unwrap().into_file().unwrap().name
}

// What comes of them.

#[tokio::test]
async fn results_have_the_numbers_of_their_requests_and_come_as_they_end() {
    let (_server, ik) = in_process().await;
    let names = ["0.txt", "1.txt", "2.txt", "3.txt"];
    let (feeders, sources): (Vec<_>, Vec<_>) = names.map(|name| fed(name, 5)).into_iter().unzip();
    let requests = sources
        .into_iter()
        .map(|source| ik.upload(source).use_unique_file_name(false));
    let mut results = ik.upload_many(requests);
    let mut feeders: Vec<_> = feeders.into_iter().map(Some).collect();
    for number in [2, 0, 3, 1] {
        feeders[number].take().unwrap().send("hello").unwrap();
        let (of, result) = soon(results.next()).await.unwrap();
        assert_eq!((of, name(result).as_str()), (number, names[number]));
    }
    for _ in 0..2 {
        assert!(results.next().await.is_none());
    }
}

#[tokio::test]
async fn awaited_results_are_in_the_order_of_the_requests() {
    let (_server, ik) = in_process().await;
    let names = ["0.txt", "1.txt", "2.txt", "3.txt"];
    let (feeders, sources): (Vec<_>, Vec<_>) = names.map(|name| fed(name, 5)).into_iter().unzip();
    let uploading = ik.clone();
    let requests = sources
        .into_iter()
        .map(move |source| uploading.upload(source).use_unique_file_name(false));
    let results = tokio::spawn({
        let many = ik.upload_many(requests);
        async { many.await }
    });
    // The last one ends first.
    for (stored, feeder) in feeders.into_iter().rev().enumerate() {
        feeder.send("hello").unwrap();
        drop(feeder);
        soon(async {
            while ik.assets().list().await.unwrap().len() <= stored {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }
    let results = soon(results).await.unwrap();
    assert_eq!(results.into_iter().map(name).collect::<Vec<_>>(), names);
}

#[tokio::test]
async fn one_that_fails_does_not_stop_the_others() {
    let stored = Scripted::start([STORED]).await;
    let refused = Scripted::start([Step::Answer("400 x", "{}")]).await;
    let hung_up = Scripted::start([Step::HangUp]).await;
    let servers = [stored, refused, hung_up];
    let [ik, refusing, hanging_up] = servers.each_ref().map(Scripted::client);
    let missing = std::env::temp_dir().join("imagekitio-no-such-folder/a.txt");
    let expected = [
        None,
        Some(ErrorKind::BadRequest),
        None,
        Some(ErrorKind::Connection),
        Some(ErrorKind::Io),
        Some(ErrorKind::InvalidInput),
        None,
    ];
    for concurrency in [1, 3, 4, 100] {
        let requests = || {
            [
                ik.upload(hello()),
                refusing.upload(hello()),
                ik.upload(hello()),
                hanging_up.upload(hello()),
                ik.upload(UploadSource::path(&missing)),
                ik.upload(hello()).tags([""]),
                ik.upload(hello()),
            ]
        };
        let kind = |result: Result<Response<UploadOutcome>, Error>| result.err().map(|e| e.kind());
        let many = ik.upload_many(requests()).concurrency(concurrency);
        let results = soon(many).await;
        assert_eq!(results.into_iter().map(kind).collect::<Vec<_>>(), expected);

        let many = ik.upload_many(requests()).concurrency(concurrency);
        let results: Vec<_> = soon(many.collect::<Vec<_>>()).await;
        assert_eq!(results.len(), expected.len());
        let results: BTreeMap<_, _> = results
            .into_iter()
            .map(|(number, result)| (number, kind(result)))
            .collect();
        let expected: BTreeMap<_, _> = expected.into_iter().enumerate().collect();
        assert_eq!(results, expected);
    }
    assert_eq!(servers.map(|server| server.requests().len()), [24, 8, 8]);
}

#[tokio::test]
async fn no_requests_give_no_results() {
    let ik = ImageKit::builder().build().unwrap();
    let none: [UploadRequest; 0] = [];
    assert!(ik.upload_many(none).next().await.is_none());
    let none: [UploadRequest; 0] = [];
    assert!(soon(ik.upload_many(none)).await.is_empty());
}

#[tokio::test]
async fn five_hundred_files_are_stored_once_each() {
    let (_server, ik) = in_process().await;
    let stem = |number: usize| format!("file-{number:03}");
    let uploading = ik.clone();
    let requests = (0..500).map(move |number| {
        let bytes = vec![b'x'; number + 1];
        let name = format!("{}.txt", stem(number));
        uploading.upload(UploadSource::bytes(name, bytes))
    });
    let results = soon(ik.upload_many(requests).concurrency(8)).await;
    assert_eq!(results.len(), 500);
    // Each has a name of its own, so that a second copy would be another file.
    let expected: BTreeMap<String, Number> = results
        .into_iter()
        .enumerate()
        .map(|(number, result)| {
            let name = name(result);
            assert!(name.starts_with(&stem(number)), "{name}");
            (name, Number::from(number as i64 + 1))
        })
        .collect();
    assert_eq!(expected.len(), 500);
    let files = ik.assets().list_files().limit(1000).await.unwrap();
    assert_eq!(files.len(), 500);
    let stored: BTreeMap<String, Number> = files
        .iter()
        .map(|file| (file.name.clone(), file.size))
        .collect();
    assert_eq!(stored, expected);
}

// How many run.

#[tokio::test]
async fn as_many_run_as_were_asked_for_and_requests_are_made_when_there_is_room() {
    for (asked, most) in [(None, 4), (Some(1), 1), (Some(0), 1), (Some(7), 7)] {
        let total = 5 * most;
        // No request is answered before as many have arrived.
        let server = Scripted::start([Step::Meet(Arc::new(Barrier::new(most)))]).await;
        let ik = server.client();
        let made = Arc::new(AtomicUsize::new(0));
        let requests = (0..total).map({
            let (ik, made) = (ik.clone(), made.clone());
            move |_| {
                made.fetch_add(1, Ordering::SeqCst);
                ik.upload(hello())
            }
        });
        let mut results = ik.upload_many(requests);
        if let Some(asked) = asked {
            results = results.concurrency(asked);
        }
        assert_eq!(made.load(Ordering::SeqCst), 0);
        assert!(results.next().now_or_never().is_none());
        assert_eq!(made.load(Ordering::SeqCst), most);
        for ended in 0..total {
            let (_, result) = soon(results.next()).await.unwrap();
            result.unwrap();
            // The one that just ended makes room when the next result is asked for.
            assert_eq!(made.load(Ordering::SeqCst), total.min(most + ended));
        }
        assert!(results.next().await.is_none());
        assert_eq!(server.counts(), (total, total));
        assert_eq!(server.most(), most);
    }
}

// How all end.

#[tokio::test]
async fn one_handle_ends_those_that_run_and_those_that_are_yet_to_begin() {
    let server = Scripted::start([STORED]).await;
    let ik = server.client();
    let cancel = CancelHandle::new();
    let (first, one) = fed("1.txt", 10);
    let (second, two) = fed("2.txt", 10);
    let sources = [hello(), one, two, hello(), hello()];
    let requests = sources.map(|source| ik.upload(source).cancel_with(&cancel));
    let mut results = ik.upload_many(requests).concurrency(2);
    let (number, result) = soon(results.next()).await.unwrap();
    assert_eq!(number, 0);
    result.unwrap();
    for feeder in [&first, &second] {
        feeder.send("hello").unwrap();
    }
    let (results, ()) = tokio::join!(soon(results.collect::<Vec<_>>()), async {
        until("a begin of those that run", || server.begun() == 3).await;
        cancel.cancel();
    });
    let mut errors: Vec<_> = results
        .into_iter()
        .map(|(number, result)| {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Canceled);
            assert!(!error.may_have_been_sent());
            (number, error.attempts())
        })
        .collect();
    errors.sort_unstable();
    assert_eq!(errors, [(1, 1), (2, 1), (3, 0), (4, 0)]);
    assert_eq!(server.final_counts(3).await, (3, 1));
}

#[tokio::test]
async fn dropped_they_are_over() {
    let server = Scripted::start([STORED]).await;
    let ik = server.client();
    let (feeders, sources): (Vec<_>, Vec<_>) = (0..5).map(|_| fed("a.txt", 10)).unzip();
    let requests = sources.into_iter().map(|source| ik.upload(source));
    let mut results = ik.upload_many(requests).concurrency(2);
    for feeder in &feeders {
        feeder.send("hello").unwrap();
    }
    tokio::select! {
        result = results.next() => panic!("{result:?}"),
        () = until("a begin of those that run", || server.begun() == 2) => {}
    }
    drop(results);
    assert_eq!(server.final_counts(2).await, (2, 0));
    for feeder in feeders {
        soon(feeder.closed()).await;
    }
}
