//! Runtimes, proxies and certificates.

use std::process::Output;
use std::sync::LazyLock;

use imagekitio::{ImageKit, UploadSource};
use imagekitio_testing::Server;
use support::uploads::on_a_runtime;
use support::{FILE, Scripted, json, nowhere, reply};
use tokio::runtime::{Builder, Runtime};

use crate::KEY;

/// Set in a process in which a test runs again, to the base URL that it uses.
const BASE_URL: &str = "PAINS_BASE_URL";

/// In the process that [`run_again`] starts: the result of a request, and its error.
async fn result_here() -> Option<String> {
    let base_url = std::env::var(BASE_URL).ok()?;
    let ik = ImageKit::builder()
        .private_key(KEY)
        .base_url(base_url)
        .retry(imagekitio::RetryPolicy::none())
        .build()
        .unwrap();
    Some(match ik.files().get("f1").await {
        Ok(file) => format!("got {}", file.file_id),
        Err(error) => format!("{:?}: {error}", error.kind()),
    })
}

/// Runs a test again in a process with other variables, and returns the result of its request.
async fn run_again(test: &str, base_url: &str, variables: &[(&str, &str)]) -> String {
    let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "--nocapture",
        &support::test_name(module_path!(), test),
    ]);
    for name in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "ssl_cert_file",
        "ssl_cert_dir",
    ] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command.env_remove("REQUEST_METHOD").env(BASE_URL, base_url);
    let Output { stdout, stderr, .. } = command
        .envs(variables.iter().copied())
        .output()
        .await
        .unwrap();
    let output = String::from_utf8_lossy(&stdout).into_owned();
    let result = output.lines().find_map(|line| line.split_once("result: "));
    let (_, result) =
        result.unwrap_or_else(|| panic!("{output}{}", String::from_utf8_lossy(&stderr)));
    result.to_owned()
}

/// devfile-api#926: The variables for proxies are ignored, or a refusal of the proxy is reported as
/// something else.
///
/// `http_proxy`, `https_proxy` and `no_proxy` are used, with user and password. A refusal of the
/// proxy is in the error.
#[tokio::test]
async fn proxies_of_the_environment_are_used() {
    if let Some(result) = result_here().await {
        return println!("result: {result}");
    }
    let run = async |base_url: &str, variables: &[(&str, &str)]| {
        run_again("proxies_of_the_environment_are_used", base_url, variables).await
    };
    let proxy = Scripted::start(json("200 OK", FILE)).await;
    let address = proxy.url.replace("http://", "http://user:pass@");
    let result = run("http://api.example.test", &[("http_proxy", &address)]).await;
    assert_eq!(result, "got f1");
    let request = proxy.request();
    assert_eq!(
        request.line,
        "GET http://api.example.test/v1/files/f1/details"
    );
    assert_eq!(
        request.header("proxy-authorization"),
        Some("Basic dXNlcjpwYXNz")
    );

    let (dead, _socket) = nowhere();
    let variables = [("http_proxy", dead.as_str()), ("no_proxy", "127.0.0.1")];
    assert_eq!(run(&proxy.url, &variables).await, "got f1");

    let refused = reply(
        "407 Proxy Authentication Required",
        &[("connection", "close")],
        "",
    );
    let proxy = Scripted::start(refused).await;
    let result = run("https://api.example.test", &[("https_proxy", &proxy.url)]).await;
    assert_eq!(proxy.request().line, "CONNECT api.example.test:443");
    assert_eq!(
        result,
        "Connection: get-file-details: no connection to api.example.test: tunnel error: proxy authorization required"
    );
}

/// The address of a server whose certificate is of an authority that no system knows.
#[cfg(all(target_os = "linux", feature = "rustls"))]
async fn https() -> String {
    use std::sync::Arc;

    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::aws_lc_rs;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
                line.clear();
            }
            stream.write_all(&json("200 OK", FILE)).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    url
}

/// cargo-binstall#759, pup#578, zerobus-sdk#119: A server with a certificate of a company's own
/// authority can't be reached.
///
/// `SSL_CERT_FILE` and `SSL_CERT_DIR` are read. Without them, the error names the certificate.
#[cfg(all(target_os = "linux", feature = "rustls"))]
#[tokio::test]
async fn certificates_of_the_environment_are_trusted() {
    if let Some(result) = result_here().await {
        return println!("result: {result}");
    }
    let url = https().await;
    let run = async |variables: &[(&str, &str)]| {
        run_again(
            "certificates_of_the_environment_are_trusted",
            &url,
            variables,
        )
        .await
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pains/tls");
    let file = format!("{folder}/66b8f495.0");
    assert_eq!(run(&[("SSL_CERT_FILE", &file)]).await, "got f1");
    assert_eq!(run(&[("SSL_CERT_DIR", folder)]).await, "got f1");
    let result = run(&[]).await;
    assert!(
        result.starts_with("Connection: get-file-details: "),
        "{result}"
    );
    assert!(result.contains("certificate"), "{result}");
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// reqwest#1148, reqwest#2501, rustup#3852: A client in a `static`, used by tests with runtimes of
/// their own, fails with "runtime dropped the dispatch task", or hangs.
///
/// Each connection is used on the runtime that opened it only.
#[test]
fn a_static_client_is_used_on_many_runtimes() {
    static SERVER: LazyLock<(Runtime, Server, ImageKit)> = LazyLock::new(on_a_runtime);
    let (_, server, ik) = &*SERVER;
    // One runtime that has a connection, lives, and isn't driven.
    let idle = current_thread();
    idle.block_on(ik.assets().list().into_future()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    current_thread().block_on(async {
                        let source = UploadSource::bytes("a.txt", "hello");
                        let file = ik.upload(source).await.unwrap().into_file().unwrap();
                        ik.files().copy(file.file_path, "/copies").await.unwrap();
                    });
                }
            });
        }
    });
    idle.block_on(ik.assets().list().into_future()).unwrap();
    assert_eq!(server.requests().len(), 82);
}

/// reqwest#1017, rollbar-rs#18: A blocking call panics or is refused where a runtime lets threads
/// block.
///
/// `send_blocking` works there. Inside an async task, it is an error that names the way out.
#[cfg(feature = "blocking")]
#[test]
fn blocking_calls_work_where_threads_may_block() {
    let (runtime, _server, ik) = on_a_runtime();
    let list = ik.assets().list();
    let task = runtime.spawn_blocking(|| list.send_blocking());
    assert_eq!(runtime.block_on(task).unwrap().unwrap().len(), 0);
    let list = ik.assets().list();
    let in_place = async { tokio::task::block_in_place(|| list.send_blocking()) };
    assert_eq!(runtime.block_on(in_place).unwrap().len(), 0);
    let error = runtime
        .block_on(async { ik.assets().list().send_blocking() })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "send_blocking: was called inside an async task, whose thread must not be blocked; use `.await` instead, or call it inside `tokio::task::spawn_blocking`"
    );
}
