//! Typed mocks of single operations, for [`httpmock`]. They need the feature `httpmock`.
//!
//! [`Server`](crate::Server) behaves like an account. A mock server gives the one reply that a test
//! scripts, however unlikely, and counts the requests for it. [`MockServerExt`] has a method
//! for each operation: it knows the operation's method and path, has a matcher for each parameter
//! and for the body, and takes replies of the type that the API document declares.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use httpmock::MockServer;
//! use imagekitio::ImageKit;
//! use imagekitio_testing::mocks::MockServerExt;
//!
//! let server = MockServer::start_async().await;
//! let mock = server.bulk_job_status(|when, then| {
//!     when.job_id("j1");
//!     then.error(404, "No bulk job has this id.");
//! });
//!
//! let ik = ImageKit::builder().private_key("private_key").base_url(server.base_url()).build()?;
//! let error = ik.folders().job("j1").await.unwrap_err();
//! assert!(error.is_not_found());
//! mock.assert();
//! # Ok(())
//! # }
//! ```

use std::marker::PhantomData;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use httpmock::{HttpMockRequest, Mock, MockServer};
use imagekitio::raw::operations;
use serde::Serialize;
use serde_json::json;

use super::multipart::Form;
use super::percent;
use super::routes::Route;

/// A reply with a JSON body of this type.
#[derive(Debug)]
pub struct Json<T>(PhantomData<fn(&T)>);

/// A reply without a body.
#[derive(Debug)]
pub struct Empty(());

/// Scripts the reply of a mock. `R` is [`Json`] or [`Empty`].
pub struct Then<R> {
    inner: httpmock::Then,
    reply: PhantomData<R>,
}

impl<R> Then<R> {
    fn new(inner: httpmock::Then) -> Self {
        Self {
            inner,
            reply: PhantomData,
        }
    }

    /// Replies with an error status and ImageKit's error body, `{message, help}`.
    pub fn error(self, status: u16, message: &str) -> Self {
        let body = json!({ "message": message, "help": "This is a mock." });
        Self::new(self.inner.status(status).json_body(body))
    }

    /// Sets anything else that [`httpmock::Then`] can, such as a delay, a header or a body that the
    /// API document doesn't allow.
    pub fn and(self, script: impl FnOnce(httpmock::Then) -> httpmock::Then) -> Self {
        Self::new(script(self.inner))
    }
}

impl<T: Serialize> Then<Json<T>> {
    /// Replies with a status and a value of the operation's type.
    pub fn success(self, status: u16, value: &T) -> Self {
        Self::new(self.inner.status(status).json_body_obj(value))
    }
}

impl Then<Empty> {
    /// Replies with a status and no body.
    pub fn success(self, status: u16) -> Self {
        Self::new(self.inner.status(status))
    }
}

/// Matches requests for an operation.
fn requests_for(when: httpmock::When, id: &'static str) -> httpmock::When {
    when.is_true(move |request| {
        let route = Route::find(&request.method(), request.uri().path());
        route.is_ok_and(|route| route.id() == id)
    })
}

/// Matches a parameter in the path of an operation.
fn segment(
    when: httpmock::When,
    id: &'static str,
    name: &'static str,
    value: String,
) -> httpmock::When {
    let operation = operations::ALL.iter().find(|operation| operation.id == id);
    let template = operation.map_or("", |operation| operation.path);
    let name = format!("{{{name}}}");
    let place = template.split('/').position(|part| part == name);
    when.is_true(move |request| {
        let uri = request.uri();
        let segment = place.and_then(|place| uri.path().split('/').nth(place));
        segment.and_then(percent::decode).as_deref() == Some(&value)
    })
}

macro_rules! then {
    () => { Empty };
    ($reply:ty) => { Json<$reply> };
}

macro_rules! mocks {
    ($(
        $name:ident $id:literal
        [$($segment:ident $segment_name:literal),*]
        [$($query:ident $query_name:literal $query_type:ty),*]
        [$($body:ty)?]
        [$($reply:ty)?];
    )*) => {
        $(
            #[doc = concat!("Matchers of requests for `", $id, "`.")]
            pub mod $name {
                /// Matches requests for the operation, all of them unless a method says more.
                pub struct When(pub(super) httpmock::When);

                impl When {
                    $(
                        #[doc = concat!("Matches this value of `", $segment_name, "` in the path, decoded.")]
                        pub fn $segment(self, value: impl Into<String>) -> Self {
                            Self(super::segment(self.0, $id, $segment_name, value.into()))
                        }
                    )*

                    $(
                        #[doc = concat!("Matches this value of `", $query_name, "` in the query, decoded.")]
                        pub fn $query(self, value: impl Into<$query_type>) -> Self {
                            Self(self.0.query_param($query_name, value.into().to_string()))
                        }
                    )*

                    $(
                        /// Matches this body: the same JSON, whatever its order and spacing.
                        pub fn body(self, body: &$body) -> Self {
                            Self(self.0.json_body_obj(body))
                        }
                    )?

                    /// Matches anything else that [`httpmock::When`] can, such as a header.
                    pub fn and(self, more: impl FnOnce(httpmock::When) -> httpmock::When) -> Self {
                        Self(more(self.0))
                    }
                }
            }
        )*

        /// A method for each operation, which [adds a mock](MockServer::mock) to a mock server.
        ///
        /// As with [`MockServer::mock`], the first mock that matches a request replies. A request
        /// that none matches gets 404.
        pub trait MockServerExt {
            $(
                #[doc = concat!("Adds a mock of `", $id, "`.")]
                fn $name(
                    &self,
                    script: impl FnOnce($name::When, Then<then!($($reply)?)>),
                ) -> Mock<'_>;
            )*

            /// Adds a mock of `upload-file`.
            fn upload_file(
                &self,
                script: impl FnOnce(upload::When, Then<Json<imagekitio::raw::types::Upload>>),
            ) -> Mock<'_>;

            /// Adds a mock of `upload-file-v2`.
            fn upload_file_v2(
                &self,
                script: impl FnOnce(upload::When, Then<Json<imagekitio::raw::types::Upload>>),
            ) -> Mock<'_>;
        }

        impl MockServerExt for MockServer {
            $(
                fn $name(
                    &self,
                    script: impl FnOnce($name::When, Then<then!($($reply)?)>),
                ) -> Mock<'_> {
                    self.mock(|when, then| {
                        script($name::When(requests_for(when, $id)), Then::new(then));
                    })
                }
            )*

            fn upload_file(
                &self,
                script: impl FnOnce(upload::When, Then<Json<imagekitio::raw::types::Upload>>),
            ) -> Mock<'_> {
                self.mock(|when, then| {
                    script(upload::When(requests_for(when, "upload-file")), Then::new(then));
                })
            }

            fn upload_file_v2(
                &self,
                script: impl FnOnce(upload::When, Then<Json<imagekitio::raw::types::Upload>>),
            ) -> Mock<'_> {
                self.mock(|when, then| {
                    script(upload::When(requests_for(when, "upload-file-v2")), Then::new(then));
                })
            }
        }
    };
}

imagekitio::__operations!(mocks);

/// Matchers of uploads, which are forms.
pub mod upload {
    /// Matches uploads, all of them unless a method says more.
    pub struct When(pub(super) httpmock::When);

    impl When {
        /// Matches the bytes of the file, or the text that is sent instead: a URL, base64 or a data
        /// URI.
        pub fn file(self, bytes: impl Into<Vec<u8>>) -> Self {
            let bytes = bytes.into();
            Self(super::part(self.0, "file", move |value| value == bytes))
        }

        /// Matches the field `fileName`.
        pub fn file_name(self, name: impl Into<String>) -> Self {
            self.field("fileName", name)
        }

        /// Matches the field `folder`.
        pub fn folder(self, path: impl Into<String>) -> Self {
            self.field("folder", path)
        }

        /// Matches the field `tags`.
        pub fn tags<T: Into<String>>(self, tags: impl IntoIterator<Item = T>) -> Self {
            let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
            self.field("tags", tags.join(","))
        }

        /// Matches any field of the form, as it is sent.
        pub fn field(self, name: &'static str, value: impl Into<String>) -> Self {
            let value = value.into();
            Self(super::part(self.0, name, move |sent| {
                sent == value.as_bytes()
            }))
        }

        /// Matches anything else that [`httpmock::When`] can, such as a header.
        pub fn and(self, more: impl FnOnce(httpmock::When) -> httpmock::When) -> Self {
            Self(more(self.0))
        }
    }
}

/// Matches a field of a form.
fn part(
    when: httpmock::When,
    name: &'static str,
    fits: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
) -> httpmock::When {
    when.is_true(move |request| {
        let form = form(request);
        form.as_ref()
            .and_then(|form| form.bytes(name))
            .is_some_and(&fits)
    })
}

/// The form of a request, if it's a well-formed one.
fn form(request: &HttpMockRequest) -> Option<Form> {
    // All of the body is there, so the future never has to wait.
    let headers = request.headers();
    let read = pin!(Form::read(&headers, request.body_bytes()));
    match read.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(form) => form.ok(),
        Poll::Pending => None,
    }
}
