//! What several of the tests need. Each test crate uses a part of it.
#![allow(dead_code)]

pub mod generated;
pub mod samples;
pub mod yaml;
