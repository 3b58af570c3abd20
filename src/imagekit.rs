//! The client and its configuration.
use crate::error::Error;
use std::sync::Arc;

/// ImageKit.
#[derive(Clone)]
pub struct ImageKit {
    inner: Arc<Inner>,
}
struct Inner {
    #[cfg(feature = "client")]
    http: crate::client::Http,
}
/// Builder.
#[derive(Default)]
pub struct ImageKitBuilder {
    private_key: Option<String>,
    #[cfg(feature = "client")]
    pub(crate) http: crate::client::Settings,
}
impl ImageKit {
    /// builder
    pub fn builder() -> ImageKitBuilder {
        ImageKitBuilder::default()
    }
    #[cfg(feature = "client")]
    pub(crate) fn http(&self) -> &crate::client::Http {
        &self.inner.http
    }
}
impl ImageKitBuilder {
    /// key
    pub fn private_key(mut self, key: impl Into<String>) -> Self {
        self.private_key = Some(key.into());
        self
    }
    /// endpoint
    pub fn url_endpoint(self, _key: impl Into<String>) -> Self {
        self
    }
    /// build
    pub fn build(self) -> Result<ImageKit, Error> {
        Ok(ImageKit {
            inner: Arc::new(Inner {
                #[cfg(feature = "client")]
                http: self.http.build(self.private_key.as_deref())?,
            }),
        })
    }
}

impl std::fmt::Debug for ImageKit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ImageKit")
    }
}
impl std::fmt::Debug for ImageKitBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ImageKit")
    }
}
