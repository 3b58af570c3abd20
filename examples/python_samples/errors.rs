//! Handling errors.
//!
//! The page's sample can't run: `except X, e` is Python 2, and it adds numbers to strings. From
//! `ForbiddenException` on, each clause has the comment that belongs to the clause before it.

use imagekitio::{Error, ErrorKind, ImageKit, RetryPolicy, UploadSource};
use imagekitio_testing::Fault;
use serde_json::json;

use super::{Account, Outcome};

/// An id that no file has.
const FILE_ID: &str = "62cfd39819ca454d82a07182";

/// `try: ... except ...`: what a failure means, and what the error says
fn handle<T>(result: Result<T, Error>, expected: ErrorKind) -> Outcome {
    let Err(error) = result else {
        return Err(format!("the request succeeded instead of failing with {expected:?}").into());
    };
    assert_eq!(error.kind(), expected);
    let meaning = match error.kind() {
        ErrorKind::BadRequest => "missing or invalid parameters",
        ErrorKind::Unauthorized => "no valid API key",
        ErrorKind::Forbidden => "the account is disabled, the key expired, or a limit is exceeded",
        ErrorKind::RateLimited => "too many requests",
        ErrorKind::Server => "something went wrong at ImageKit",
        ErrorKind::PartialSuccess => "some of the files are not changed",
        ErrorKind::NotFound => "something is not found",
        ErrorKind::Conflict => "the name is taken",
        _ => "anything else",
    };
    Ok(format!("{meaning}: {error}"))
}

/// `except BadRequestException`: here a search from the guide with an unknown field
///
/// [`refused`](super::uploads::refused) shows status, message, headers and body.
pub(super) async fn bad_request(account: &Account) -> Outcome {
    let query = "created_at >= '2d'";
    let list = account.ik.assets().list_files().search_query(query);
    handle(list.await, ErrorKind::BadRequest)
}

/// `except UnauthorizedException`
pub(super) async fn unauthorized(account: &Account) -> Outcome {
    let stranger = ImageKit::builder()
        .private_key("your_private_key")
        .base_url(account.server.url())
        .build()?;
    handle(
        stranger.assets().list_files().await,
        ErrorKind::Unauthorized,
    )
}

/// `except ForbiddenException`
pub(super) async fn forbidden(account: &Account) -> Outcome {
    account.server.fail_next(Fault::status(403));
    let upload = account.ik.upload(UploadSource::bytes("note.txt", "hello"));
    handle(upload.await, ErrorKind::Forbidden)
}

/// `except TooManyRequestsException`
///
/// Python doesn't retry. This crate does by default.
pub(super) async fn too_many_requests(account: &Account) -> Outcome {
    account
        .server
        .fail_next(Fault::status(429).header("X-RateLimit-Reset", "250"));
    let list = account.ik.assets().list_files().retry(RetryPolicy::none());
    handle(list.await, ErrorKind::RateLimited)
}

/// `except InternalServerException`
pub(super) async fn internal_server(account: &Account) -> Outcome {
    account.server.fail_next(Fault::status(500));
    let list = account.ik.assets().list_files().retry(RetryPolicy::none());
    handle(list.await, ErrorKind::Server)
}

/// `except PartialSuccessException`
pub(super) async fn partial_success(account: &Account) -> Outcome {
    let reply = json!({
        "successfullyUpdatedFileIds": ["file-id-1"],
        "errors": [{"fileId": "file-id-2", "error": "it is locked"}],
    });
    account
        .server
        .fail_next(Fault::status(207).body(reply.to_string()));
    let files = account.ik.files();
    let outcome = files
        .add_tags(["file-id-1", "file-id-2"], ["add-tag-1"])
        .await?;
    assert_eq!(outcome.succeeded, ["file-id-1"]);
    handle(outcome.into_result(), ErrorKind::PartialSuccess)
}

/// `except NotFoundException`
pub(super) async fn not_found(account: &Account) -> Outcome {
    handle(account.ik.files().get(FILE_ID).await, ErrorKind::NotFound)
}

/// `except ConflictException`
pub(super) async fn conflict(account: &Account) -> Outcome {
    account.upload("/file_path.jpg").await?;
    account.upload("/new_file_name.jpg").await?;
    let rename = account
        .ik
        .files()
        .rename("/file_path.jpg", "new_file_name.jpg");
    handle(rename.await, ErrorKind::Conflict)
}

/// `except UnknownException`: here a page of a proxy in place of the reply
pub(super) async fn unknown(account: &Account) -> Outcome {
    account.server.fail_next(Fault::html(200));
    handle(account.ik.assets().list_files().await, ErrorKind::Decode)
}
