//! What several of the tests need. Each test crate uses a part of it.
#![allow(dead_code)]

pub mod generated;
pub mod loopback;
pub mod samples;
pub mod yaml;
