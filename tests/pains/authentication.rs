//! Parameters and tokens with which browsers and apps upload.

use std::time::Duration;

use imagekitio::client_auth::{AuthenticationParameters, UploadToken};
use imagekitio::{ErrorKind, ImageKit, UploadSource};
use serde_json::{Value, json};
use support::uploads::{hello, in_process, parts, text};
use support::{STORED, Scripted};

use crate::at;

fn client() -> ImageKit {
    ImageKit::builder()
        .private_key("private_key_test")
        .public_key("public_key_test")
        .build()
        .unwrap()
}

/// imagekit-nodejs#8, imagekit-java#36, imagekit-react#139, imagekit-php#53: Uploads fail with
/// "expire parameter should be a Unix time in less than 1 hour into the future": the lifetime was
/// given as the time, or the parameters were cached.
///
/// The lifetime is a `Duration` and the time a `SystemTime`, and both are checked before anything
/// is signed. Each call makes a new token.
#[test]
fn an_expiry_is_less_than_an_hour_ahead() {
    let ik = client();
    let now = at(1_700_000_000);
    let build = |seconds| {
        ik.authentication_parameters()
            .expires_in(Duration::from_secs(seconds))
            .build_at(now)
    };
    assert_eq!(build(1800).unwrap().expire, 1_700_001_800);
    assert_eq!(build(3599).unwrap().expire, 1_700_003_599);
    for seconds in [0, 3600, 1_700_001_800] {
        let error = build(seconds).unwrap_err();
        assert_eq!(
            (error.kind(), error.argument()),
            (ErrorKind::InvalidInput, Some("expires_in"))
        );
        assert_eq!(
            error.to_string(),
            format!(
                "expires_in: {seconds} seconds from now is not allowed; ImageKit takes 1 to 3599"
            )
        );
    }
    // The documented call of other SDKs, with a lifetime in the place of the time.
    let error = ik
        .authentication_parameters()
        .expires_at(at(1800))
        .build_at(now)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "expires_at: 0 seconds from now is not allowed; ImageKit takes 1 to 3599"
    );
    let [first, second] = [(), ()].map(|()| ik.authentication_parameters().build_at(now).unwrap());
    assert_eq!(
        (first.expire, second.expire),
        (1_700_001_800, 1_700_001_800)
    );
    assert_ne!(first.token, second.token);
    assert_ne!(first.signature, second.signature);
}

/// imagekit-javascript#80, imagekit-android#15: The browser reports a missing token although the
/// endpoint of the server returns it.
///
/// The parameters are JSON with the names that ImageKit's browser SDKs read, as strings and a
/// number. They are read back and sent as they are.
#[tokio::test]
async fn parameters_have_the_names_that_browsers_read() {
    let built = client()
        .authentication_parameters()
        .token("your_token")
        .expires_at(at(1_582_269_249))
        .build_at(at(1_582_269_000))
        .unwrap();
    let sent = json!({
        "token": "your_token",
        "expire": 1_582_269_249,
        "signature": "e71bcd6031016b060d349d212e23e85c791decdd",
    });
    assert_eq!(serde_json::to_value(&built).unwrap(), sent);
    let received: AuthenticationParameters = serde_json::from_value(sent).unwrap();
    let server = Scripted::start([STORED]).await;
    let app = server.keyless();
    app.upload(hello())
        .authentication(received, "public_key_test")
        .await
        .unwrap();
    let request = server.request();
    assert_eq!(request.header("authorization"), None);
    let mut fields = request.parts().await;
    fields.remove("file");
    assert_eq!(
        fields,
        parts([
            ("fileName", text("a.txt")),
            ("token", text("your_token")),
            ("expire", text("1582269249")),
            (
                "signature",
                text("e71bcd6031016b060d349d212e23e85c791decdd")
            ),
            ("publicKey", text("public_key_test")),
        ])
    );
}

/// imagekit-dotnet#9: An app can't upload without a private key, because the client wants one.
///
/// A client needs no key for uploads with parameters or a token from a server, and sends none.
/// Without any, the upload fails before a request.
#[tokio::test]
async fn an_app_uploads_without_a_private_key() {
    let (server, backend) = in_process().await;
    let app = ImageKit::builder().base_url(server.url()).build().unwrap();
    let source = || UploadSource::bytes("a.txt", "hello");
    let parameters = backend.authentication_parameters().build().unwrap();
    let upload = app
        .upload(source())
        .authentication(parameters, server.public_key());
    let file = upload.await.unwrap().into_file().unwrap();
    assert_eq!(file.size, Some(5u64.into()));
    let token = backend.upload_token("b.txt").tags(["red"]).build().unwrap();
    let json = serde_json::to_string(&token).unwrap();
    let token: UploadToken = serde_json::from_str(&json).unwrap();
    let file = app
        .upload_v2(source())
        .signed(token)
        .await
        .unwrap()
        .into_file()
        .unwrap();
    assert_eq!(file.tags, Some(vec!["red".to_owned()]));
    let before = server.requests().len();
    let error = app.upload(source()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.argument()),
        (ErrorKind::InvalidInput, Some("private_key"))
    );
    assert_eq!(
        error.to_string(),
        "upload-file: private_key: is missing, and requests need it; give it to the builder, or set IMAGEKIT_PRIVATE_KEY and use `from_env`"
    );
    assert_eq!(server.requests().len(), before);
}

/// imagekit-java#36, imagekit-javascript#77: The same parameters are sent twice, for example from a
/// page that was rendered once, and the second upload fails.
///
/// The server's answer is kept: it is not retried, and has its message.
#[tokio::test]
async fn a_token_that_was_used_is_refused_once() {
    let (server, backend) = in_process().await;
    let app = ImageKit::builder().base_url(server.url()).build().unwrap();
    let parameters = backend.authentication_parameters().build().unwrap();
    let upload = || {
        let source = UploadSource::bytes("a.txt", "hello");
        app.upload(source)
            .authentication(parameters.clone(), server.public_key())
    };
    upload().await.unwrap();
    let error = upload().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!((error.attempts(), error.status()), (1, Some(401)));
    let body: Value = serde_json::from_slice(error.body().unwrap()).unwrap();
    assert_eq!(error.message(), body["message"].as_str());
    assert_eq!(backend.assets().list_files().await.unwrap().len(), 1);
}
