//! The server in process, over HTTP.

mod account;
mod client_side;
mod concurrency;
mod directory;
mod faults;
mod hostile;
mod metadata;
mod operations;
mod requests;
mod search;
mod serial;
mod webhooks;
