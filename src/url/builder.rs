//! The URL builder.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::absolute::AbsoluteUrl;
use super::dynamic;
use super::endpoint::Endpoint;
use super::file_path::FilePath;
use super::options::UrlOptions;
use super::preset::{PreparedUrl, Preset, Steps};
use super::query::Query;
use super::signing::{Ending, Expiry};
use super::transformation::Transformation;
use super::{Defaults, TransformationPosition, UrlStyle};
use crate::error::Error;
use crate::problem::Problem;
use crate::redact::RedactedUrl;
use crate::sign::Signer;

/// Builds the URL of a file, transformed and signed as asked for.
///
/// Start with [`ImageKit::url`](crate::ImageKit::url) or [`ImageKit::src`](crate::ImageKit::src), or without a client
/// with [`UrlBuilder::new`]. What is wrong is reported when the URL is asked for. See "Image transformation" and
/// "Media delivery basic security" in the ImageKit documentation.
///
/// ```
/// use imagekitio::{Transformation, TransformationPosition, UrlBuilder};
///
/// let url = UrlBuilder::new("https://ik.imagekit.io/demo")
///     .path("/default-image.jpg")
///     .transform(Transformation::new().height(300).width(400))
///     .transform(Transformation::new().rotation(90))
///     .transformation_position(TransformationPosition::Query)
///     .query("v", "2")
///     .build()?;
/// assert_eq!(url, "https://ik.imagekit.io/demo/default-image.jpg?v=2&tr=h-300%2Cw-400%3Art-90");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UrlBuilder<'a> {
    defaults: &'a Defaults,
    endpoint: Option<Endpoint>,
    signer: Option<Box<Signer>>,
    source: Source<'a>,
    suffix: &'static str,
    steps: Option<Steps<'a>>,
    position: Option<TransformationPosition>,
    style: Option<UrlStyle>,
    query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    signed: Option<bool>,
    expiry: Option<Expiry>,
    problem: Option<Box<Problem>>,
}

#[derive(Clone, Debug)]
enum Source<'a> {
    None,
    Path(FilePath<'a>),
    Url(RedactedUrl<Cow<'a, str>>),
}

impl<'a> UrlBuilder<'a> {
    /// Starts a URL without a client. Signing needs a [`private_key`](Self::private_key) then.
    pub fn new(url_endpoint: &str) -> Self {
        static NONE: Defaults = Defaults::NONE;
        Self::with_defaults(&NONE).url_endpoint(url_endpoint)
    }

    #[inline]
    pub(crate) fn with_defaults(defaults: &'a Defaults) -> Self {
        Self {
            defaults,
            endpoint: None,
            signer: None,
            source: Source::None,
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

    /// The file, by its path under the endpoint.
    ///
    /// Characters that a path can't hold are percent-encoded, so names in any language do. `.` and `..` are refused,
    /// because they would lead out of the endpoint. The absolute URL of a file behind a web proxy is a path as well.
    pub fn path(mut self, path: impl Into<FilePath<'a>>) -> Self {
        self.source = Source::Path(path.into());
        self
    }

    /// The file, by its absolute URL. The transformation then stands in the query.
    pub fn src(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.source = Source::Url(RedactedUrl(url.into()));
        self
    }

    /// A URL endpoint in place of the client's: an `http` or `https` URL with a host, without query or fragment.
    pub fn url_endpoint(mut self, url_endpoint: &str) -> Self {
        match Endpoint::parse(url_endpoint) {
            Ok(endpoint) => self.endpoint = Some(endpoint),
            Err(problem) => self.refuse(problem),
        }
        self
    }

    /// A private key in place of the client's.
    pub fn private_key(mut self, private_key: &str) -> Self {
        match Signer::new(private_key) {
            Ok(signer) => self.signer = Some(Box::new(signer)),
            Err(problem) => self.refuse(problem),
        }
        self
    }

    /// Adds a step to the transformation.
    ///
    /// The first step replaces the client's default transformation; an empty step leaves none.
    #[inline]
    pub fn transform(mut self, step: Transformation) -> Self {
        self.push_step(step);
        self
    }

    /// Adds a chain of steps that was prepared before. It replaces the client's default transformation.
    #[inline]
    pub fn preset(mut self, preset: &'a Preset) -> Self {
        self.push_preset(preset);
        self
    }

    fn push_step(&mut self, step: Transformation) {
        match &mut self.steps {
            Some(steps) if !matches!(steps, Steps::Default(_)) => steps.add(&step),
            _ => self.steps = Some(Steps::Own(step)),
        }
    }

    fn push_preset(&mut self, preset: &'a Preset) {
        match &mut self.steps {
            Some(steps) if !matches!(steps, Steps::Default(_)) => steps.add(preset.chain()),
            _ => self.steps = Some(Steps::Preset(preset)),
        }
    }

    /// Where the transformation stands, in place of the client's choice.
    #[inline]
    pub fn transformation_position(mut self, position: TransformationPosition) -> Self {
        self.position = Some(position);
        self
    }

    /// How the query is written, in place of the client's choice.
    #[inline]
    pub fn url_style(mut self, style: UrlStyle) -> Self {
        self.style = Some(style);
        self
    }

    /// Adds a query parameter, such as `ik-attachment`. It takes the place of the client's default of that name.
    pub fn query(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Whether the URL is signed, in place of the client's choice. Needs a private key.
    ///
    /// A signed URL can't be changed by others. A `src` can be signed only if it lies under the endpoint. See "Signed
    /// URLs" in the ImageKit documentation.
    #[inline]
    pub fn signed(mut self, signed: bool) -> Self {
        self.signed = Some(signed);
        self
    }

    /// Lets the URL expire so long after it was built, in whole seconds and at least one. It implies signing.
    #[inline]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        match Expiry::after(lifetime) {
            Ok(expiry) => self.expiry = Some(expiry),
            Err(problem) => self.refuse(problem),
        }
        self
    }

    /// Lets the URL expire at that moment, in whole seconds. It implies signing.
    #[inline]
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        match Expiry::at(moment) {
            Ok(expiry) => self.expiry = Some(expiry),
            Err(problem) => self.refuse(problem),
        }
        self
    }

    /// The HLS playlist of a video (`/ik-master.m3u8`). Goes with
    /// [`streaming_resolutions`](Transformation::streaming_resolutions).
    pub fn hls(self) -> Self {
        self.with_suffix("/ik-master.m3u8")
    }

    /// The DASH manifest of a video (`/ik-master.mpd`). Goes with
    /// [`streaming_resolutions`](Transformation::streaming_resolutions).
    pub fn dash(self) -> Self {
        self.with_suffix("/ik-master.mpd")
    }

    /// An image of a video or of a document (`/ik-thumbnail.jpg`).
    pub fn thumbnail(self) -> Self {
        self.with_suffix("/ik-thumbnail.jpg")
    }

    /// A file whose name is not that of a video, as an MP4 video (`/ik-video.mp4`).
    pub fn video(self) -> Self {
        self.with_suffix("/ik-video.mp4")
    }

    /// An animated GIF as an MP4 video (`/ik-gif-video.mp4`).
    pub fn gif_to_mp4(self) -> Self {
        self.with_suffix("/ik-gif-video.mp4")
    }

    fn with_suffix(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    /// Takes over everything that the options say.
    pub(crate) fn options(mut self, options: &'a UrlOptions) -> Self {
        fn given(text: &Option<String>) -> Option<&str> {
            text.as_deref().filter(|text| !text.is_empty())
        }
        match (given(&options.path), given(&options.src)) {
            (None, Some(src)) if AbsoluteUrl::recognises(src) => self = self.src(src),
            (Some(path), _) | (None, Some(path)) => self = self.path(path),
            (None, None) => {}
        }
        if let Some(endpoint) = given(&options.url_endpoint) {
            self = self.url_endpoint(endpoint);
        }
        if !options.transformation.is_empty() {
            self = self.transform(dynamic::transformation(
                &options.transformation,
                options.numbers,
            ));
        }
        self.position = options.transformation_position.or(self.position);
        self.style = options.url_style.or(self.style);
        self.signed = options.signed.or(self.signed);
        for (name, value) in &options.query_parameters.0 {
            self = self.query(name, value.to_text());
        }
        match (options.expires_at, options.expires_in) {
            (Some(seconds), _) => match UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) {
                Some(moment) => self = self.expires_at(moment),
                None => self.refuse(Problem::new(
                    "expires_at",
                    format!("{seconds} lies too far ahead; give a moment in seconds since 1970"),
                )),
            },
            (None, Some(0) | None) => {}
            (None, Some(seconds)) => self = self.expires_in(Duration::from_secs(seconds)),
        }
        self
    }

    /// The URL.
    ///
    /// # Errors
    /// `InvalidInput`, with the option's name and what is allowed, for the first thing that is wrong: no path, a path
    /// with `..`, no endpoint or one that is no URL, a value out of its range, signing without a private key, a signed
    /// `src` that does not lie under the endpoint.
    pub fn build(&self) -> Result<String, Error> {
        self.build_with(SystemTime::now)
    }

    /// The URL as of `now`, which counts if it expires after a while.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn build_at(&self, now: SystemTime) -> Result<String, Error> {
        self.build_with(|| now)
    }

    /// Appends the URL. It allocates nothing where `url` has room and the file is given by its path.
    ///
    /// # Errors
    /// Those of [`build`](Self::build); `url` is left as it was then.
    pub fn write_to(&self, url: &mut String) -> Result<(), Error> {
        self.write_with(url, SystemTime::now)
    }

    /// Appends the URL as of `now`, which counts if it expires after a while.
    ///
    /// # Errors
    /// Those of [`build`](Self::build); `url` is left as it was then.
    pub fn write_to_at(&self, url: &mut String, now: SystemTime) -> Result<(), Error> {
        self.write_with(url, || now)
    }

    /// Checks the URL and writes it once for all, up to its expiry.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn prepare(&self) -> Result<PreparedUrl, Error> {
        let mut url = String::new();
        let ending = self.compose(&mut url)?;
        Ok(PreparedUrl {
            signer: ending.signer.cloned(),
            expiry: ending.expiry,
            signed_from: ending.signed_from,
            separator: ending.separator,
            fragment: ending.fragment.map(Cow::into_owned),
            url: RedactedUrl(url),
        })
    }

    fn build_with(&self, now: impl FnOnce() -> SystemTime) -> Result<String, Error> {
        let mut url = String::with_capacity(self.usual_length());
        self.write_with(&mut url, now)?;
        Ok(url)
    }

    fn write_with(&self, url: &mut String, now: impl FnOnce() -> SystemTime) -> Result<(), Error> {
        let start = url.len();
        match self.compose(url) {
            Ok(ending) => {
                ending.write(url, now);
                Ok(())
            }
            Err(problem) => {
                url.truncate(start);
                Err(problem.into())
            }
        }
    }

    /// Room for the URL unless much of it must be escaped, so that it is allocated once.
    fn usual_length(&self) -> usize {
        const NAMES_AND_SIGNATURE: usize = 96;
        let endpoint = self
            .current_endpoint()
            .map_or(0, |endpoint| endpoint.as_str().len());
        let source = match &self.source {
            Source::None => 0,
            Source::Path(path) => path.len(),
            Source::Url(url) => url.0.len(),
        };
        let steps = self
            .current_steps()
            .map_or(0, |steps| steps.chain().text().len());
        let query: usize = self
            .query
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum();
        endpoint + source + steps + query + NAMES_AND_SIGNATURE
    }

    /// Writes everything that a signature covers.
    fn compose(&self, url: &mut String) -> Result<Ending<'_>, Problem> {
        let in_steps = || self.steps.as_ref()?.chain().problem();
        if let Some(problem) = self.problem.as_deref().or_else(in_steps) {
            return Err(problem.clone());
        }
        let steps = self.current_steps();
        let signer = self.current_signer()?;
        match &self.source {
            Source::None => Err(Problem::new(
                "path",
                "no file is given; give its path or its src",
            )),
            Source::Path(path) => self.compose_path(url, path, steps, signer),
            Source::Url(src) => self.compose_src(url, &src.0, steps, signer),
        }
    }

    fn compose_path<'s>(
        &'s self,
        url: &mut String,
        path: &FilePath<'_>,
        mut steps: Option<&Steps<'_>>,
        signer: Option<&'s Signer>,
    ) -> Result<Ending<'s>, Problem> {
        let endpoint = self.current_endpoint().ok_or_else(|| {
            Problem::new(
                "url_endpoint",
                "a path needs an endpoint; give one to the client or to the URL",
            )
        })?;
        url.push_str(endpoint.as_str());
        url.push('/');
        let signed_from = url.len();
        if self.position.unwrap_or(self.defaults.position) == TransformationPosition::Path
            && let Some(steps) = steps.take()
        {
            url.push_str("tr:");
            steps.write(url, UrlStyle::Readable);
            url.push('/');
        }
        path.write(url)?;
        url.push_str(self.suffix);
        let separator = self.compose_query(url, None, steps, signer.is_some());
        Ok(Ending {
            signer,
            expiry: self.expiry,
            signed_from,
            separator,
            fragment: None,
        })
    }

    fn compose_src<'s>(
        &'s self,
        url: &mut String,
        src: &str,
        steps: Option<&Steps<'_>>,
        signer: Option<&'s Signer>,
    ) -> Result<Ending<'s>, Problem> {
        let absolute = AbsoluteUrl::parse(src).map_err(|refusal| {
            let reason = refusal.reason();
            Problem::new(
                "src",
                format!(
                    "{:?} {reason}; give such a URL, or use a path",
                    RedactedUrl(src)
                ),
            )
        })?;
        let base = absolute.base();
        let inside = self
            .current_endpoint()
            .and_then(|endpoint| endpoint.strip(base));
        if signer.is_some() && inside.is_none() {
            return Err(Problem::new(
                "src",
                format!(
                    "{:?} does not lie under the URL endpoint, so its signature would be refused; give a URL under \
                     the endpoint, or do not sign",
                    RedactedUrl(src)
                ),
            ));
        }
        let signed_from = url.len() + base.len() - inside.map_or(0, str::len);
        url.push_str(base);
        url.push_str(self.suffix);
        let separator = self.compose_query(url, absolute.query(), steps, signer.is_some());
        let fragment = absolute
            .fragment()
            .map(|fragment| Cow::Owned(fragment.to_owned()));
        Ok(Ending {
            signer,
            expiry: self.expiry,
            signed_from,
            separator,
            fragment,
        })
    }

    /// Writes the query, without expiry and signature, and returns what joins another parameter to it.
    fn compose_query(
        &self,
        url: &mut String,
        existing: Option<&str>,
        steps: Option<&Steps<'_>>,
        signed: bool,
    ) -> char {
        let style = self.style.unwrap_or(self.defaults.style);
        let overridden = |name: &str| self.query.iter().any(|(own, _)| own == name);
        let mut defaults = self
            .defaults
            .query
            .iter()
            .filter(|(name, _)| !overridden(name))
            .peekable();
        let rewrites =
            style == UrlStyle::Encoded || defaults.peek().is_some() || !self.query.is_empty();

        let mut query = Query::new(url, style, signed, steps);
        match existing {
            Some(existing) if rewrites => query.rewrite(existing),
            Some(existing) => query.copy(existing),
            None => {}
        }
        for (name, value) in defaults {
            query.pair(name, value);
        }
        for (name, value) in &self.query {
            query.pair(name, value);
        }
        query.finish()
    }

    fn current_endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref().or(self.defaults.endpoint.as_ref())
    }

    /// The steps, if they do anything.
    fn current_steps(&self) -> Option<&Steps<'a>> {
        self.steps
            .as_ref()
            .filter(|steps| !steps.chain().is_empty())
    }

    /// The signer, if the URL is to be signed.
    fn current_signer(&self) -> Result<Option<&Signer>, Problem> {
        if self.expiry.is_none() && !self.signed.unwrap_or(self.defaults.signed) {
            return Ok(None);
        }
        match self.signer.as_deref().or(self.defaults.signer.as_ref()) {
            Some(signer) => Ok(Some(signer)),
            None => Err(Problem::new(
                "private_key",
                "a signed URL needs the private key; give it to the client",
            )),
        }
    }

    #[cold]
    fn refuse(&mut self, problem: Problem) {
        self.problem.get_or_insert_with(|| Box::new(problem));
    }
}
