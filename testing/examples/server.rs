//! An ImageKit server on this machine, for programs in any language. Ctrl-C stops it.
//!
//! ```sh
//! # Files in memory, on any port:
//! cargo run -p imagekitio-testing --example server
//! # Files in the directory `files`, on port 4000:
//! cargo run -p imagekitio-testing --example server 4000 files
//! ```

use std::error::Error;

use imagekitio_testing::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map(|port| port.parse()).transpose()?;
    let mut builder = Server::builder()
        .private_key("private_local")
        .public_key("public_local")
        .port(port.unwrap_or(0))
        .page()
        .on_request(|request| {
            println!(
                "{} {} {} {}",
                request
                    .status()
                    .map_or("---".to_owned(), |status| status.to_string()),
                request.method(),
                request.path(),
                request.operation().unwrap_or_default(),
            );
        });
    if let Some(directory) = arguments.next() {
        builder = builder.directory(directory);
    }
    let server = builder.start().await?;
    println!("page             {}/", server.url());
    println!("API and uploads  {}", server.url());
    println!("URL endpoint     {}", server.url_endpoint());
    println!("private key      {}", server.private_key());
    println!("public key       {}", server.public_key());
    std::future::pending().await
}
