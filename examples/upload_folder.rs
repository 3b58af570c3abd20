//! Uploads a folder to ImageKit, with a progress bar for each file and one for all. Ctrl-C stops
//! it, and the same command continues.
//!
//! ```sh
//! cargo run --example upload_folder -- photos /archive
//! ```
//!
//! The first argument is the folder, the second one the folder in the media library. Without
//! arguments, these examples go to `/upload_folder`.
//!
//! With `IMAGEKIT_PRIVATE_KEY` in the environment it talks to ImageKit, and keeps its manifest in
//! the folder. Without, it talks to a server that it starts itself; that server's files, and the
//! manifest, are in a folder of the system's temporary folder.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use futures_util::StreamExt;
use imagekitio::upload::{CancelHandle, FolderEvent, FolderOutcome, FolderSummary};
use imagekitio::{ErrorKind, ImageKit};
use imagekitio_testing::Server;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("Run the same command again to continue.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything is in the media library.
async fn run() -> Result<bool, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/examples").to_owned());
    let destination = arguments
        .next()
        .unwrap_or_else(|| "/upload_folder".to_owned());
    let Account {
        ik,
        manifest,
        _server,
    } = connect(Path::new(&folder)).await?;

    let cancel = CancelHandle::new();
    let mut run = ik
        .upload_folder(&folder)
        .folder(destination)
        // What editors and systems leave behind.
        .exclude(".*")
        .each(|upload, file| match file.relative_path().rsplit_once('/') {
            // Commas separate tags, and ImageKit refuses percent signs in them.
            Some((parents, _)) => {
                upload.tags(parents.split('/').map(|name| name.replace([',', '%'], " ")))
            }
            None => upload,
        })
        .manifest(&manifest)
        .concurrency(4)
        .cancel_with(&cancel)
        .start()
        .await?;
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
        }
    });

    let mut bars = Bars::new(run.files().map(|file| file.size()).sum())?;
    let mut summary = FolderSummary::default();
    while let Some(event) = run.next().await {
        bars.show(&event);
        summary.extend([event]);
    }
    bars.total.abandon();

    println!("{summary}");
    Ok(summary.is_complete())
}

struct Account {
    ik: ImageKit,
    manifest: PathBuf,
    /// Runs until the end of main.
    _server: Option<Server>,
}

async fn connect(folder: &Path) -> Result<Account, Box<dyn Error>> {
    if std::env::var_os("IMAGEKIT_PRIVATE_KEY").is_some() {
        return Ok(Account {
            ik: ImageKit::from_env()?,
            manifest: folder.join(".imagekit-manifest"),
            _server: None,
        });
    }
    let place = std::env::temp_dir().join("imagekitio-upload-folder");
    let server = Server::builder()
        .private_key("private_key_of_the_example")
        .directory(place.join("server"))
        .start()
        .await?;
    println!("No IMAGEKIT_PRIVATE_KEY in the environment: talking to a server of its own.");
    println!("   its files: {}", place.display());
    Ok(Account {
        ik: ImageKit::builder()
            .private_key(server.private_key())
            .base_url(server.url())
            .build()?,
        manifest: place.join("manifest"),
        _server: Some(server),
    })
}

/// A bar for all files, and above it one for each that is being sent.
struct Bars {
    screen: MultiProgress,
    style: ProgressStyle,
    total: ProgressBar,
    files: HashMap<String, ProgressBar>,
    /// Bytes of the files that are done.
    done: u64,
}

impl Bars {
    fn new(bytes: u64) -> Result<Self, Box<dyn Error>> {
        let screen = MultiProgress::new();
        let style =
            ProgressStyle::with_template("{bytes:>12} of {total_bytes:>12} {bar:30} {msg}")?;
        let total = ProgressBar::new(bytes).with_style(style.clone());
        Ok(Self {
            total: screen.add(total.with_message("all files")),
            screen,
            style,
            files: HashMap::new(),
            done: 0,
        })
    }

    fn show(&mut self, event: &FolderEvent) {
        match event {
            FolderEvent::Progress { file, progress } => {
                let name = file.relative_path();
                let bar = self.files.entry(name.to_owned()).or_insert_with(|| {
                    let bar = ProgressBar::new(progress.total).with_style(self.style.clone());
                    self.screen
                        .insert_before(&self.total, bar.with_message(name.to_owned()))
                });
                bar.set_position(progress.sent);
            }
            FolderEvent::Finished { file, outcome } => {
                let name = file.relative_path();
                if let Some(bar) = self.files.remove(name) {
                    bar.finish_and_clear();
                }
                match outcome {
                    // Ctrl-C: the next run sends it.
                    FolderOutcome::Failed(error) if error.kind() == ErrorKind::Canceled => return,
                    FolderOutcome::Failed(error) => self.tell(format!("{name}: {error}")),
                    FolderOutcome::Uploaded(_) => {
                        self.tell(format!("{name} -> {}", file.destination()));
                    }
                    _ => {}
                }
                self.done += file.size();
            }
            _ => {}
        }
        let running: u64 = self.files.values().map(ProgressBar::position).sum();
        self.total.set_position(self.done + running);
    }

    /// A line above the bars, or just a line where there is no terminal for them.
    fn tell(&self, line: String) {
        if self.total.is_hidden() || self.screen.println(&line).is_err() {
            println!("{line}");
        }
    }
}
