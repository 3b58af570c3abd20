//! Uploads of sources whose length is not known.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use imagekitio::upload::{CancelHandle, Progress};
use imagekitio::{ErrorKind, UploadSource};
use support::uploads::{LARGE, MIB, content, file, text};
use support::{STORED, Scripted, Step, pass, soon, until};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// What fits into memory.
const CHUNK: usize = 256 * 1024;

/// The bytes in pieces of this length.
fn pieces(bytes: &Bytes, length: usize) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let pieces: Vec<_> = bytes
        .chunks(length)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces)
}

/// A stream that gives what it is fed, and ends with its feeder.
fn fed() -> (UnboundedSender<io::Result<Bytes>>, UploadSource) {
    let (sender, receiver) = unbounded_channel();
    let pieces = stream::unfold(receiver, |mut receiver| async {
        Some((receiver.recv().await?, receiver))
    });
    (sender, UploadSource::spooled_stream("a.bin", pieces))
}

async fn arrived(server: &Scripted) -> Bytes {
    let parts = server.request().parts().await;
    assert_eq!(parts["fileName"], text("a.bin"));
    let bytes = parts["file"].bytes.clone();
    assert_eq!(
        parts["file"],
        file("a.bin", "application/octet-stream", bytes.clone())
    );
    bytes
}

#[tokio::test]
async fn every_length_arrives() {
    for (length, piece) in [
        (1, 1),
        (CHUNK - 1, 1000),
        (CHUNK, CHUNK),
        (CHUNK + 1, CHUNK + 1),
        (CHUNK + 1, 7000),
        (2 * CHUNK, CHUNK),
        (3 * MIB + 5, 60_000),
        (3 * MIB + 5, 3 * MIB + 5),
    ] {
        let bytes = content(length);
        let server = Scripted::start([STORED]).await;
        let empty = || stream::iter([Ok(Bytes::new())]);
        let source = pieces(&bytes, piece)
            .chain(empty())
            .chain(pieces(&bytes, piece));
        let source = UploadSource::spooled_stream("a.bin", empty().chain(source));
        soon(server.client().upload(source)).await.unwrap();
        assert!(
            arrived(&server).await == [&bytes[..], &bytes[..]].concat(),
            "{length} {piece}"
        );
    }
}

#[tokio::test]
async fn readers_arrive() {
    let bytes = content(MIB + 1);
    for source in [
        UploadSource::spooled_reader("a.bin", io::Cursor::new(bytes.clone())),
        UploadSource::spooled_blocking_reader("a.bin", io::Cursor::new(bytes.clone())),
    ] {
        let server = Scripted::start([STORED]).await;
        soon(server.client().upload(source)).await.unwrap();
        assert!(arrived(&server).await == bytes);
    }
}

#[tokio::test]
async fn an_upload_is_repeated_and_tells_its_progress() {
    let refused = Step::Answer("429 Too Many Requests", "{}");
    for (length, failure) in [
        (CHUNK, refused.clone()),
        (3 * MIB, refused),
        (LARGE, Step::Cut(100_000)),
    ] {
        let bytes = content(length);
        let server = Scripted::start([failure.clone(), failure, STORED]).await;
        let source = UploadSource::spooled_stream("a.bin", pieces(&bytes, 50_000));
        let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
        let told = seen.clone();
        let upload = server.client().upload(source);
        let upload = upload.on_progress(move |progress| told.lock().unwrap().push(progress));
        soon(upload).await.unwrap();
        assert_eq!(server.begun(), 3);
        for request in server.requests() {
            assert!(request.parts().await["file"].bytes == bytes);
        }
        let seen = seen.lock().unwrap();
        assert!(seen.iter().all(|progress| progress.total == length as u64));
        let last = seen.last().unwrap();
        assert_eq!((last.sent, last.attempt), (length as u64, 3));
    }
}

#[tokio::test]
async fn clones_are_one_source_that_is_read_once() {
    let bytes = content(2 * MIB);
    let server = Scripted::start([STORED]).await;
    let source = UploadSource::spooled_stream("a.bin", pieces(&bytes, 50_000));
    let ik = server.client();
    let upload = || soon(ik.upload(source.clone()));
    let (one, other) = tokio::join!(upload(), upload());
    one.unwrap();
    other.unwrap();
    upload().await.unwrap();
    let whole = server.requests();
    assert_eq!(whole.len(), 3);
    for request in whole {
        assert!(request.parts().await["file"].bytes == bytes);
    }
}

#[tokio::test]
async fn the_length_is_limited() {
    for (length, limit, is_taken) in [
        (10, 10, true),
        (11, 10, false),
        (2 * MIB, 2 * MIB, true),
        (2 * MIB, 2 * MIB - 1, false),
        (1, 0, false),
    ] {
        let server = Scripted::start([STORED]).await;
        let source = UploadSource::spooled_stream("a.bin", pieces(&content(length), 50_000));
        let result = soon(server.client().upload(source.spool_limit(limit as u64))).await;
        assert_eq!(result.is_ok(), is_taken, "{length} {limit}");
        if let Err(error) = result {
            assert_eq!(
                (error.kind(), error.argument()),
                (ErrorKind::InvalidInput, Some("spool_limit"))
            );
            assert!(!error.may_have_been_sent());
            assert_eq!(server.begun(), 0);
        }
    }
    let server = Scripted::start([STORED]).await;
    let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[0; 65_536])));
    let source = UploadSource::spooled_stream("a.bin", endless);
    assert_eq!(
        format!("{source:?}"),
        r#"spooled_stream("a.bin", up to 104857600 bytes)"#
    );
    let upload = server.client().upload(source.spool_limit(MIB as u64));
    let error = soon(upload).await.unwrap_err();
    assert_eq!(error.argument(), Some("spool_limit"));
    assert!(
        error.to_string().contains("longer than 1048576 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn an_empty_source_is_refused() {
    let server = Scripted::start([STORED]).await;
    for source in [
        UploadSource::spooled_stream("a.bin", stream::empty()),
        UploadSource::spooled_stream("a.bin", stream::iter([Ok(Bytes::new())])),
        UploadSource::spooled_reader("a.bin", &b""[..]),
    ] {
        let error = soon(server.client().upload(source)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some("file"))
        );
    }
    assert_eq!(server.begun(), 0);
}

#[tokio::test]
async fn the_error_of_a_source_is_kept() {
    for before in [0, 10, 2 * MIB] {
        let server = Scripted::start([STORED]).await;
        let broken = stream::iter([Err(io::Error::new(
            io::ErrorKind::ConnectionReset,
            "cut off",
        ))]);
        let source = pieces(&content(before), 50_000).chain(broken);
        let source = UploadSource::spooled_stream("a.bin", source);
        let error = soon(server.client().upload(source.clone()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(
            error.to_string(),
            "the stream of `a.bin` cannot be read: cut off"
        );
        let cause: &io::Error = error.get_ref().unwrap().downcast_ref().unwrap();
        assert_eq!(cause.kind(), io::ErrorKind::ConnectionReset);
        let again = soon(server.client().upload(source)).await.unwrap_err();
        assert_eq!(again.kind(), ErrorKind::InvalidInput);
        assert!(again.to_string().contains("can be read once"), "{again}");
        assert_eq!(server.begun(), 0);
    }
}

#[tokio::test]
async fn a_panic_of_a_source_is_an_error() {
    let server = Scripted::start([STORED]).await;
    let panics = stream::iter([0]).map(|_| -> io::Result<Bytes> { panic!("out of luck") });
    let source = pieces(&content(MIB), 50_000).chain(panics);
    let source = UploadSource::spooled_stream("a.bin", source);
    let error = soon(server.client().upload(source)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(
        error.to_string().contains("panicked: out of luck"),
        "{error}"
    );
    assert_eq!(server.begun(), 0);
}

#[tokio::test]
async fn a_source_that_gives_nothing_times_out() {
    let server = Scripted::start([STORED]).await;
    let hour = Duration::from_secs(3600);
    let (feeder, source) = fed();
    feeder.send(Ok(content(10))).unwrap();
    let mut upload = server
        .client()
        .upload(source)
        .stall_timeout(hour)
        .into_future();
    assert!((&mut upload).now_or_never().is_none());
    pass(hour).await;
    let error = soon(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error
            .to_string()
            .contains("stalled for 3600s (`stall_timeout`) after 10 bytes"),
        "{error}"
    );
    assert!(!error.may_have_been_sent());

    let nothing = stream::repeat_with(|| Ok(Bytes::new()));
    let source = UploadSource::spooled_stream("a.bin", nothing);
    let upload = server.client().upload(source);
    let error = soon(upload.stall_timeout(Duration::from_millis(50)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.begun(), 0);
}

#[tokio::test]
async fn reading_can_be_canceled() {
    let server = Scripted::start([STORED]).await;
    let (feeder, source) = fed();
    let cancel = CancelHandle::new();
    let upload = server.client().upload(source).cancel_with(&cancel);
    let upload = tokio::spawn(upload.into_future());
    feeder.send(Ok(content(MIB))).unwrap();
    cancel.cancel();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    until("an end of the stream", || feeder.is_closed()).await;

    // Even if the source never waits.
    let endless = stream::repeat_with(|| Ok(Bytes::new()));
    let cancel = CancelHandle::new();
    let upload = server
        .client()
        .upload(UploadSource::spooled_stream("a.bin", endless));
    let upload = tokio::spawn(upload.cancel_with(&cancel).into_future());
    tokio::task::yield_now().await;
    cancel.cancel();
    let error = soon(upload).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert_eq!(server.begun(), 0);
}

/// Temporary files, as the kernel sees them. They are those of a process of its own.
#[cfg(target_os = "linux")]
mod files {
    use std::os::unix::fs::MetadataExt;
    use std::path::PathBuf;

    use super::*;

    const FOLDER: &str = "IMAGEKITIO_TEST_SPOOL";

    #[test]
    fn temporary_files_are_private_limited_and_gone() {
        let folder = std::env::temp_dir().join(format!("imagekitio-spool-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                &support::test_name(module_path!(), "look_at_temporary_files"),
                "--ignored",
                "--nocapture",
            ])
            .env("TMPDIR", &folder)
            .env(FOLDER, &folder)
            .output()
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && shown.contains("1 passed"),
            "{output:?}"
        );
    }

    fn folder() -> PathBuf {
        std::env::var_os(FOLDER).unwrap().into()
    }

    /// Lengths of the files that this process has open in the folder. None has a name, and others
    /// may not read it.
    fn open_files() -> Vec<u64> {
        let folder = folder();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        let descriptors = std::fs::read_dir("/proc/self/fd").unwrap();
        let files = descriptors.filter_map(|descriptor| {
            let descriptor = descriptor.unwrap().path();
            let target = std::fs::read_link(&descriptor).ok()?;
            target
                .starts_with(&folder)
                .then(|| std::fs::metadata(&descriptor).unwrap())
        });
        files
            .map(|file| {
                assert_eq!((file.mode() & 0o777, file.nlink()), (0o600, 0));
                file.len()
            })
            .collect()
    }

    async fn gone() {
        until("an end of the file", || open_files().is_empty()).await;
    }

    #[tokio::test]
    #[ignore = "runs in a process of its own"]
    async fn look_at_temporary_files() {
        let server = Scripted::start([STORED]).await;
        let ik = server.client();

        // A success. While the file is read again, it is there once.
        let (feeder, source) = fed();
        let upload = tokio::spawn(ik.upload(source).into_future());
        feeder.send(Ok(content(MIB))).unwrap();
        until("a file", || open_files() == [MIB as u64]).await;
        drop(feeder);
        soon(upload).await.unwrap().unwrap();
        gone().await;

        // A small source needs none.
        let small = UploadSource::spooled_stream("a.bin", pieces(&content(CHUNK), 50_000));
        let watched = ik
            .upload(small)
            .on_progress(|_| assert!(open_files().is_empty()));
        soon(watched).await.unwrap();

        // A limit. No byte is written beyond it.
        let endless = stream::repeat_with(|| {
            assert!(open_files().iter().all(|&length| length <= 3_000_000));
            Ok(Bytes::from(vec![0; 100_001]))
        });
        let endless = UploadSource::spooled_stream("a.bin", endless).spool_limit(3_000_000);
        let error = soon(ik.upload(endless)).await.unwrap_err();
        assert_eq!(error.argument(), Some("spool_limit"));
        gone().await;

        // A failure, a panic, a cancellation and a drop.
        let (feeder, source) = fed();
        feeder.send(Ok(content(MIB))).unwrap();
        feeder.send(Err(io::Error::other("broken"))).unwrap();
        soon(ik.upload(source)).await.unwrap_err();
        gone().await;

        let panics = stream::iter([0]).map(|_| -> io::Result<Bytes> { panic!("out of luck") });
        let source = pieces(&content(MIB), 50_000).chain(panics);
        soon(ik.upload(UploadSource::spooled_stream("a.bin", source)))
            .await
            .unwrap_err();
        gone().await;

        for by_handle in [true, false] {
            let (feeder, source) = fed();
            let cancel = CancelHandle::new();
            let upload = tokio::spawn(ik.upload(source).cancel_with(&cancel).into_future());
            feeder.send(Ok(content(MIB))).unwrap();
            until("a file", || open_files() == [MIB as u64]).await;
            match by_handle {
                true => cancel.cancel(),
                false => upload.abort(),
            }
            let _ = soon(upload).await;
            gone().await;
        }

        // A failed upload, and one that is dropped while it is sent.
        let refused = Scripted::start([Step::Answer("400 Bad Request", "{}")]).await;
        let source = UploadSource::spooled_stream("a.bin", pieces(&content(MIB), 50_000));
        soon(refused.client().upload(source)).await.unwrap_err();
        gone().await;
        let silent = Scripted::start([Step::Silent]).await;
        let source = UploadSource::spooled_stream("a.bin", pieces(&content(MIB), 50_000));
        let upload = tokio::spawn(silent.client().upload(source).into_future());
        until("the upload", || silent.requests().len() == 1).await;
        upload.abort();
        let _ = soon(upload).await;
        gone().await;
    }
}
