//! The URL builder.

mod compose;
mod defaults;
mod expiry;
mod file_path;
mod prepared_url;
mod preset;
mod query_writer;
mod signed_tail;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

pub use file_path::FilePath;
pub use prepared_url::PreparedUrl;
pub use preset::Preset;

pub(crate) use defaults::UrlDefaults;
pub(crate) use expiry::{NEVER, UrlExpiry};
pub(crate) use query_writer::{is_signing_name, parameter_names};

use super::absolute_url::AbsoluteUrl;
use super::endpoint::Endpoint;
use super::options::UrlOptions;
use super::placement::{TransformationPosition, UrlStyle};
use super::transformation::{Prompt, Transformation};
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::sign::Signer;
use crate::time::unix_seconds;
use preset::Steps;

/// Builds the URL of a file, with transformations and a signature.
///
/// Start with [`ImageKit::url`](crate::ImageKit::url) or [`ImageKit::src`](crate::ImageKit::src),
/// or without a client with [`UrlBuilder::new`]. Invalid input is reported when the URL is built.
///
/// See [transformations](https://imagekit.io/docs/transformations) and
/// [signed URLs](https://imagekit.io/docs/media-delivery-basic-security#how-to-generate-signed-urls).
///
/// # Examples
///
/// ```
/// use imagekitio::Transformation;
/// use imagekitio::url::{TransformationPosition, UrlBuilder};
///
/// let url = UrlBuilder::new("https://ik.imagekit.io/demo")
///     .path("/default-image.jpg")
///     .transform(Transformation::new().height(300).width(400))
///     .transform(Transformation::new().rotation(90))
///     .transformation_position(TransformationPosition::Query)
///     .query("v", "2")
///     .build()?;
/// assert_eq!(
///     url,
///     "https://ik.imagekit.io/demo/default-image.jpg?v=2&tr=h-300%2Cw-400%3Art-90"
/// );
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "call `build` to get the URL"]
pub struct UrlBuilder<'a> {
    defaults: &'a UrlDefaults,
    endpoint: Option<Endpoint>,
    signer: Option<Box<Signer>>,
    source: Source<'a>,
    kind: PathKind<'a>,
    suffix: &'static str,
    steps: Option<Steps<'a>>,
    position: Option<TransformationPosition>,
    style: Option<UrlStyle>,
    query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    signed: Option<bool>,
    expiry: Option<UrlExpiry>,
    problem: Option<Box<Problem>>,
}

#[derive(Clone, Debug)]
enum Source<'a> {
    None,
    Path(FilePath<'a>),
    Url(RedactedUrl<Cow<'a, str>>),
}

/// What ImageKit delivers for a path.
#[derive(Clone, Debug)]
enum PathKind<'a> {
    File,
    /// A file under another name.
    Named(Cow<'a, str>),
    /// An image that is generated at the first request.
    Generated(Prompt),
}

impl<'a> UrlBuilder<'a> {
    /// Starts a URL without a client. Signing then needs a [`private_key`](Self::private_key).
    pub fn new(url_endpoint: &str) -> Self {
        static NONE: UrlDefaults = UrlDefaults::NONE;
        Self::with_defaults(&NONE).url_endpoint(url_endpoint)
    }

    #[inline]
    pub(crate) fn with_defaults(defaults: &'a UrlDefaults) -> Self {
        Self {
            defaults,
            endpoint: None,
            signer: None,
            source: Source::None,
            kind: PathKind::File,
            suffix: "",
            steps: defaults.preset.as_ref().map(Steps::Default),
            position: None,
            style: None,
            query: Vec::new(),
            signed: None,
            expiry: None,
            problem: None,
        }
    }

    /// Sets the file by its path under the endpoint.
    ///
    /// Characters that a path can't contain are percent-encoded. Building fails for segments that
    /// would leave the endpoint or add a transformation. See [`FilePath`] for absolute URLs as
    /// paths.
    pub fn path(mut self, path: impl Into<FilePath<'a>>) -> Self {
        self.source = Source::Path(path.into());
        self
    }

    /// Sets the file by its absolute URL. The transformation is then written into the query.
    ///
    /// The URL is trusted: a transformation in it is kept and signed, unless another one is written
    /// in the same place. Pass untrusted paths to [`path`](Self::path) instead.
    pub fn src(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.source = Source::Url(RedactedUrl(url.into()));
        self
    }

    /// Generates an image from a prompt (`ik-genimg-prompte-...`). The [`path`](Self::path) names
    /// the result: another path gives another image.
    ///
    /// The prompt is sent as base64, so it can contain any character. The transformation is written
    /// into the query. The first request can take long and is billed. See
    /// [AI transformations](https://imagekit.io/docs/ai-transformations).
    ///
    /// ```
    /// use imagekitio::{ImageKit, Transformation};
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .build()?;
    /// let url = ik
    ///     .url("/cars/red.jpg")
    ///     .ai_generate("a red car")
    ///     .transform(Transformation::new().width(800))
    ///     .build()?;
    /// assert_eq!(
    ///     url,
    ///     "https://ik.imagekit.io/demo/ik-genimg-prompte-YSByZWQgY2Fy/cars/red.jpg?tr=w-800"
    /// );
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn ai_generate(mut self, prompt: impl Into<Prompt>) -> Self {
        self.kind = PathKind::Generated(prompt.into());
        self
    }

    /// Delivers the file under another name, for search engines (`ik-seo`).
    ///
    /// The name replaces the file's name in the URL and has no extension. It can contain any
    /// characters except `/`, `\` and control characters. The [`path`](Self::path) needs an
    /// extension. The transformation is written into the query.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .build()?;
    /// let url = ik
    ///     .url("/products/81723.jpg")
    ///     .seo_name("red-running-shoes")
    ///     .build()?;
    /// assert_eq!(
    ///     url,
    ///     "https://ik.imagekit.io/demo/ik-seo/products/81723/red-running-shoes.jpg"
    /// );
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn seo_name(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.kind = PathKind::Named(name.into());
        self
    }

    /// Sets the URL endpoint: an `http` or `https` URL with a host, without query or fragment.
    /// Default: that of the client.
    pub fn url_endpoint(mut self, url_endpoint: &str) -> Self {
        match Endpoint::parse(url_endpoint) {
            Ok(endpoint) => self.endpoint = Some(endpoint),
            Err(problem) => self.refuse(problem),
        }
        self
    }

    /// Sets the private key. White space around it is removed. Default: that of the client.
    pub fn private_key(mut self, private_key: &str) -> Self {
        match Signer::new(private_key) {
            Ok(signer) => self.signer = Some(Box::new(signer)),
            Err(problem) => self.refuse(problem),
        }
        self
    }

    /// Adds a step to the transformation.
    ///
    /// The first step replaces the client's default transformation. An empty step removes it.
    #[inline]
    pub fn transform(mut self, step: Transformation) -> Self {
        self.push_step(step);
        self
    }

    /// Adds precomputed steps. They replace the client's default transformation.
    #[inline]
    pub fn preset(mut self, preset: &'a Preset) -> Self {
        self.push_preset(preset);
        self
    }

    fn push_step(&mut self, step: Transformation) {
        match &mut self.steps {
            Some(steps) if !matches!(steps, Steps::Default(_)) => steps.add(&step),
            _ => self.steps = Some(Steps::Built(step)),
        }
    }

    fn push_preset(&mut self, preset: &'a Preset) {
        match &mut self.steps {
            Some(steps) if !matches!(steps, Steps::Default(_)) => {
                steps.add(preset.transformation())
            }
            _ => self.steps = Some(Steps::Preset(preset)),
        }
    }

    /// Sets where the transformation is written. Default: that of the client.
    #[inline]
    pub fn transformation_position(mut self, position: TransformationPosition) -> Self {
        self.position = Some(position);
        self
    }

    /// Sets how the query is written. Default: that of the client.
    #[inline]
    pub fn url_style(mut self, style: UrlStyle) -> Self {
        self.style = Some(style);
        self
    }

    /// Adds a query parameter, such as `ik-attachment`. It replaces the client's default with this
    /// name.
    pub fn query(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Makes browsers download the file instead of showing it (`ik-attachment=true`).
    ///
    /// See [core delivery features](https://imagekit.io/docs/core-delivery-features).
    pub fn attachment(self) -> Self {
        self.set_query("ik-attachment", "true".into())
    }

    /// Makes browsers download the file under this name (`ik-attachment=true` and
    /// `ik-attachment-filename`).
    ///
    /// The name is sent as it is. Building fails for an empty name, and for a name with `/`, `\`,
    /// `"` or a control character.
    ///
    /// See [core delivery features](https://imagekit.io/docs/core-delivery-features).
    pub fn attachment_filename(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        let is_refused = |c: char| c.is_control() || matches!(c, '/' | '\\' | '"');
        if name.trim().is_empty() || name.contains(is_refused) {
            self.refuse(Problem::new(
                "attachment_filename",
                format!(
                    "{name:?} is not a valid file name: it is empty, or has `/`, `\\`, `\"` or a control character; give a \
                     name without them"
                ),
            ));
        }
        self.attachment().set_query("ik-attachment-filename", name)
    }

    /// Removes scripts from an SVG image (`ik-sanitizeSvg=true`).
    ///
    /// See [basic security](https://imagekit.io/docs/media-delivery-basic-security).
    pub fn sanitize_svg(self) -> Self {
        self.set_query("ik-sanitizeSvg", "true".into())
    }

    /// Sets a query parameter, or replaces it.
    fn set_query(mut self, name: &'static str, value: Cow<'a, str>) -> Self {
        match self.query.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.query.push((name.into(), value)),
        }
        self
    }

    /// Sets whether the URL is signed. Needs a private key. Default: that of the client.
    ///
    /// A signed URL expires after the client's
    /// [`url_expires_in`](crate::ImageKitBuilder::url_expires_in), if that is set.
    ///
    /// Nobody else can change a signed URL. It gives access to a private file, which otherwise
    /// needs a [named transformation](Transformation::named). A `src` can be signed only if it is
    /// under the endpoint; `http` and `https` are equivalent there. See
    /// [signed URLs](https://imagekit.io/docs/media-delivery-basic-security#how-to-generate-signed-urls).
    #[inline]
    pub fn signed(mut self, signed: bool) -> Self {
        self.signed = Some(signed);
        self
    }

    /// Expires the URL this long after it is built, in whole seconds, at least 1. Implies signing.
    ///
    /// Building fails for an expiry after 9,999,999,999 seconds since 1970 (2286).
    ///
    /// ImageKit signs the path and the expiry as one string without a separator, so digits can move
    /// between them: the signature of `a.jpg?v=1&ik-t=1750000300` also matches
    /// `a.jpg?v=&ik-t=11750000300`. [`ImageKit::verify`](crate::ImageKit::verify) refuses such a
    /// URL; another verifier may not. Avoid this with a URL that doesn't end in a digit before
    /// `ik-t`, by its file name, its last query parameter, or a transformation in the query.
    #[inline]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.set_expiry(UrlExpiry::after(lifetime, NEVER));
        self
    }

    /// Expires the URL at this time, in whole seconds since 1970: 1 to 9,999,999,999 (2286).
    /// Implies signing.
    ///
    /// The URL is expired from that second on. ImageKit signs 9,999,999,999 for URLs without an
    /// expiry, so that expiry is not written. Digits can move between the path and the expiry; see
    /// [`expires_in`](Self::expires_in).
    #[inline]
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.set_expiry(UrlExpiry::at(unix_seconds(time)));
        self
    }

    /// Expires the URL at a multiple of `grid` since 1970, and at least `min` after it is built.
    /// Both are at least 1 second, and `grid` is in whole seconds. Implies signing.
    ///
    /// Builds the same URL until the next multiple of `grid`, so that browsers and CDNs can cache
    /// it. The URL expires less than `grid` after `min`. The limits of
    /// [`expires_in`](Self::expires_in) apply.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .private_key("private_key_test")
    ///     .build()?;
    /// let hour = Duration::from_secs(3600);
    /// let url = ik.url("/a.jpg").expires_within(hour, hour);
    /// let at = |seconds| url.build_at(UNIX_EPOCH + Duration::from_secs(seconds));
    /// assert_eq!(at(1_700_002_801)?, at(1_700_006_400)?);
    /// assert!(at(1_700_006_400)?.contains("ik-t=1700010000&"));
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn expires_within(mut self, min: Duration, grid: Duration) -> Self {
        self.set_expiry(UrlExpiry::on_grid(min, grid));
        self
    }

    /// Never expires the URL if it is signed. Replaces the client's
    /// [`url_expires_in`](crate::ImageKitBuilder::url_expires_in). Doesn't imply signing.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .private_key("private_key_test")
    ///     .url_expires_in(Duration::from_secs(300))
    ///     .build()?;
    /// let url = ik.url("/a.jpg").signed(true).expires_never().build()?;
    /// assert!(!url.contains("ik-t="));
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn expires_never(mut self) -> Self {
        self.expiry = Some(UrlExpiry::Never);
        self
    }

    fn set_expiry(&mut self, expiry: Result<UrlExpiry, Problem>) {
        match expiry {
            Ok(expiry) => self.expiry = Some(expiry),
            Err(problem) => self.refuse(problem),
        }
    }

    /// Requests the HLS playlist of a video (`/ik-master.m3u8`). Needs
    /// [`streaming_resolutions`](Transformation::streaming_resolutions).
    ///
    /// See [adaptive bitrate streaming](https://imagekit.io/docs/adaptive-bitrate-streaming).
    pub fn hls(self) -> Self {
        self.with_suffix("/ik-master.m3u8")
    }

    /// Requests the DASH manifest of a video (`/ik-master.mpd`). Needs
    /// [`streaming_resolutions`](Transformation::streaming_resolutions).
    ///
    /// See [adaptive bitrate streaming](https://imagekit.io/docs/adaptive-bitrate-streaming).
    pub fn dash(self) -> Self {
        self.with_suffix("/ik-master.mpd")
    }

    /// Requests a thumbnail of a video or a document (`/ik-thumbnail.jpg`).
    ///
    /// See
    /// [thumbnails of documents](https://imagekit.io/docs/vector-and-animated-images#get-thumbnail-from-psd-pdf-ai-eps-and-animated-files).
    pub fn thumbnail(self) -> Self {
        self.with_suffix("/ik-thumbnail.jpg")
    }

    /// Requests an MP4 video from a file whose name isn't that of a video (`/ik-video.mp4`).
    ///
    /// See [video transformation](https://imagekit.io/docs/video-transformation).
    pub fn video(self) -> Self {
        self.with_suffix("/ik-video.mp4")
    }

    /// Requests an animated GIF as an MP4 video (`/ik-gif-video.mp4`).
    ///
    /// See [vector and animated images](https://imagekit.io/docs/vector-and-animated-images).
    pub fn gif_to_mp4(self) -> Self {
        self.with_suffix("/ik-gif-video.mp4")
    }

    /// Requests AI-generated subtitles of a video in WebVTT (`/ik-gensubtitle.vtt`).
    /// [`language`](Transformation::language) sets their language.
    ///
    /// The first request starts the generation, which is billed. See
    /// [subtitles and chapters](https://imagekit.io/docs/video-player/subtitles-and-chapters).
    pub fn generated_subtitles(self) -> Self {
        self.with_suffix("/ik-gensubtitle.vtt")
    }

    /// Requests an AI-generated transcript of a video in JSON, with the time of each word
    /// (`/ik-gensubtitle.transcript`). Billed as
    /// [`generated_subtitles`](Self::generated_subtitles).
    pub fn generated_transcript(self) -> Self {
        self.with_suffix("/ik-gensubtitle.transcript")
    }

    /// Requests AI-generated chapters of a video in WebVTT (`/ik-genchapter.vtt`). Billed as
    /// [`generated_subtitles`](Self::generated_subtitles).
    pub fn generated_chapters(self) -> Self {
        self.with_suffix("/ik-genchapter.vtt")
    }

    /// Requests the thumbnails that a player shows while seeking, as a WebVTT track
    /// (`/ik-seek-thumbnail-track.vtt`).
    pub fn seek_thumbnails(self) -> Self {
        self.with_suffix("/ik-seek-thumbnail-track.vtt")
    }

    fn with_suffix(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    /// Applies options.
    pub(crate) fn options(mut self, options: &'a UrlOptions) -> Self {
        fn given(value: &Option<String>) -> Option<&str> {
            value.as_deref().filter(|value| !value.is_empty())
        }
        match (given(&options.path), given(&options.src)) {
            (None, Some(src)) if AbsoluteUrl::recognizes(src) => self = self.src(src),
            (Some(path), _) | (None, Some(path)) => self = self.path(path),
            (None, None) => {}
        }
        if let Some(endpoint) = given(&options.url_endpoint) {
            self = self.url_endpoint(endpoint);
        }
        if !options.transformation.is_empty() {
            self = self.transform(options.to_transformation());
        }
        self.position = options.transformation_position.or(self.position);
        self.style = options.url_style.or(self.style);
        self.signed = options.signed.or(self.signed);
        for (name, value) in &options.query_parameters.0 {
            self = self.query(name, value.to_js_string());
        }
        match (options.expires_at, options.expires_in) {
            (Some(seconds), _) => self.set_expiry(UrlExpiry::at(seconds)),
            (None, Some(0)) => self = self.expires_never(),
            (None, None) => {}
            (None, Some(seconds)) => {
                let latest = match options.checks_ranges() {
                    true => NEVER,
                    false => u64::MAX,
                };
                self.set_expiry(UrlExpiry::after(Duration::from_secs(seconds), latest));
            }
        }
        self
    }

    /// Builds the URL.
    ///
    /// # Errors
    /// Returns [`InvalidInput`](crate::ErrorKind::InvalidInput) with the argument and what is
    /// allowed, for the first invalid input: no path, a path with `..` or `tr:`, no endpoint or an
    /// invalid one, a value out of its range, signing without a private key, a signed `src` outside
    /// of the endpoint, or a lifetime on a platform without a clock.
    pub fn build(&self) -> Result<String, Error> {
        self.build_with(platform::now)
    }

    /// Builds the URL with a lifetime that starts at `now`.
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build).
    pub fn build_at(&self, now: SystemTime) -> Result<String, Error> {
        self.build_with(|| Ok(now))
    }

    /// Appends the URL to a string. Allocates nothing if `url` has the capacity and the file is
    /// given by its path.
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build) and leaves `url` unchanged.
    pub fn write_to(&self, url: &mut String) -> Result<(), Error> {
        self.write_with(url, platform::now)
    }

    /// Appends the URL to a string, with a lifetime that starts at `now`.
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build) and leaves `url` unchanged.
    pub fn write_to_at(&self, url: &mut String, now: SystemTime) -> Result<(), Error> {
        self.write_with(url, || Ok(now))
    }

    /// Checks and precomputes the URL except for its expiry and signature. A lifetime starts each
    /// time the prepared URL is written.
    ///
    /// # Errors
    /// Returns the errors of [`build`](Self::build).
    pub fn prepare(&self) -> Result<PreparedUrl, Error> {
        let mut url = String::new();
        let tail = self.compose(&mut url)?;
        tail.expiry(platform::now)?;
        Ok(PreparedUrl::new(url, tail))
    }

    /// Converts a lifetime to a fixed expiry, so that several URLs expire together.
    pub(crate) fn with_fixed_expiry(
        mut self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<Self, Problem> {
        if let Some(expiry) = self.current_expiry()
            && expiry != UrlExpiry::Never
        {
            self.expiry = Some(UrlExpiry::At(expiry.unix_seconds(now)?));
        }
        Ok(self)
    }

    /// Returns when the URL expires. The client's default is for signed URLs.
    fn current_expiry(&self) -> Option<UrlExpiry> {
        let default = || self.defaults.expiry.filter(|_| self.is_signed());
        self.expiry.or_else(default)
    }

    /// Whether the URL is signed, by `signed` or because it has an expiry.
    fn is_signed(&self) -> bool {
        let expires = self.expiry.is_some_and(|expiry| expiry != UrlExpiry::Never);
        expires || self.signed.unwrap_or(self.defaults.signed)
    }

    #[cold]
    fn refuse(&mut self, problem: Problem) {
        self.problem.get_or_insert_with(|| Box::new(problem));
    }
}
