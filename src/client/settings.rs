use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Http, Options, Throttle};
use crate::error::Error;
use crate::http::{
    CONNECT_TIMEOUT, Hosts, MAX_RESPONSE_SIZE, Transport, base_url, check_response_size,
};
use crate::raw::operations;
use crate::secret::RedactedUrl;

/// The settings of a client that concern requests.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) base_url: Option<String>,
    pub(crate) api_base_url: Option<String>,
    pub(crate) upload_base_url: Option<String>,
    pub(crate) http_client: Option<reqwest::Client>,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_response_size: u64,
    pub(crate) options: Options,
    pub(crate) reads_per_second: Option<f64>,
    pub(crate) writes_per_second: Option<f64>,
    pub(crate) uploads_per_second: Option<f64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            api_base_url: None,
            upload_base_url: None,
            http_client: None,
            connect_timeout: CONNECT_TIMEOUT,
            max_response_size: MAX_RESPONSE_SIZE,
            options: Options::default(),
            reads_per_second: None,
            writes_per_second: None,
            uploads_per_second: None,
        }
    }
}

impl Settings {
    pub(crate) fn build(self, private_key: Option<&str>) -> Result<Http, Error> {
        let mut hosts = Hosts::new(operations::SERVER);
        if let Some(url) = self.base_url {
            hosts.all = Some(base_url("base_url", url)?);
        }
        if let Some(url) = self.api_base_url {
            let url = base_url("api_base_url", url)?;
            hosts.each.push((operations::SERVER, url));
        }
        if let Some(url) = self.upload_base_url {
            let url = base_url("upload_base_url", url)?;
            let server = operations::UPLOAD_FILE.server;
            hosts.each.push((server.unwrap_or(operations::SERVER), url));
        }
        if self.options.timeout.is_zero() {
            return Err(Error::invalid_input(
                "timeout",
                "is zero; give the time that an attempt may take, such as 60 seconds",
            ));
        }
        check_response_size(self.max_response_size)?;
        self.options.headers()?;
        let throttle = |setting, per_second: Option<f64>| -> Result<_, Error> {
            let throttle = per_second.map(|per_second| Throttle::new(setting, per_second));
            Ok(throttle.transpose()?.map(Arc::new))
        };
        Ok(Http {
            transport: Transport::new(
                private_key,
                self.http_client,
                self.connect_timeout,
                self.max_response_size,
                hosts,
            ),
            cooldowns: Default::default(),
            reads: throttle("reads_per_second", self.reads_per_second)?,
            writes: throttle("writes_per_second", self.writes_per_second)?,
            uploads: throttle("uploads_per_second", self.uploads_per_second)?,
            options: self.options,
        })
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| url.as_deref().map(|url| RedactedUrl(url.to_owned()));
        f.debug_struct("Settings")
            .field("base_url", &url(&self.base_url))
            .field("api_base_url", &url(&self.api_base_url))
            .field("upload_base_url", &url(&self.upload_base_url))
            .field("http_client", &self.http_client.is_some())
            .field("connect_timeout", &self.connect_timeout)
            .field("max_response_size", &self.max_response_size)
            .field("options", &self.options)
            .field("reads_per_second", &self.reads_per_second)
            .field("writes_per_second", &self.writes_per_second)
            .field("uploads_per_second", &self.uploads_per_second)
            .finish()
    }
}
