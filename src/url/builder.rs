//! The URL builder.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use super::absolute::AbsoluteUrl;
use super::dynamic;
use super::effects::Prompt;
use super::endpoint::Endpoint;
use super::file_path::{FilePath, write_signed};
use super::options::UrlOptions;
use super::preset::{PreparedUrl, Preset, Steps};
use super::query::Query;
use super::signing::{Ending, Expiry, NEVER};
use super::text::{Text, Value};
use super::transformation::Transformation;
use super::{Defaults, TransformationPosition, UrlStyle};
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::sign::Signer;
use crate::time::unix_seconds;

/// Builds the URL of a file, transformed and signed as asked for.
///
/// Start with [`ImageKit::url`](crate::ImageKit::url) or [`ImageKit::src`](crate::ImageKit::src), or without a client
/// with [`UrlBuilder::new`]. What is wrong is reported when the URL is asked for. See "Image transformation" and
/// "Media delivery basic security" in the ImageKit documentation.
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
/// assert_eq!(url, "https://ik.imagekit.io/demo/default-image.jpg?v=2&tr=h-300%2Cw-400%3Art-90");
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UrlBuilder<'a> {
    defaults: &'a Defaults,
    endpoint: Option<Endpoint>,
    signer: Option<Box<Signer>>,
    source: Source<'a>,
    kind: Kind<'a>,
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

/// What ImageKit finds at a path.
#[derive(Clone, Debug)]
enum Kind<'a> {
    File,
    /// A file under another name.
    Named(Cow<'a, str>),
    /// An image that is generated at the first request.
    Generated(Prompt),
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
            kind: Kind::File,
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
    /// Characters that a path can't hold are percent-encoded, so names in any language do. Segments that would lead out of
    /// the endpoint or add a transformation are refused. See [`FilePath`] for absolute URLs as paths.
    pub fn path(mut self, path: impl Into<FilePath<'a>>) -> Self {
        self.source = Source::Path(path.into());
        self
    }

    /// The file, by its absolute URL. The transformation then stands in the query.
    ///
    /// The URL is trusted: a transformation that it holds stays, unless another one is given in the same place, and is
    /// signed. Give a path from a user to [`path`](Self::path) instead.
    pub fn src(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.source = Source::Url(RedactedUrl(url.into()));
        self
    }

    /// Generates an image from a prompt (`ik-genimg-prompte-...`). The [`path`](Self::path) names the result: another path
    /// is another image.
    ///
    /// The prompt is sent as base64, so any characters may be in it. The transformation is written into the query. The first
    /// request takes a while and is billed; see
    /// [AI transformations](https://imagekit.io/docs/ai-transformations).
    ///
    /// ```
    /// use imagekitio::{ImageKit, Transformation};
    ///
    /// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
    /// let url = ik.url("/cars/red.jpg").ai_generate("a red car").transform(Transformation::new().width(800)).build()?;
    /// assert_eq!(url, "https://ik.imagekit.io/demo/ik-genimg-prompte-YSByZWQgY2Fy/cars/red.jpg?tr=w-800");
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn ai_generate(mut self, prompt: impl Into<Prompt>) -> Self {
        self.kind = Kind::Generated(prompt.into());
        self
    }

    /// Serves the file under another name, for search engines (`ik-seo`).
    ///
    /// The name replaces the file's name in the URL and has no extension. It may hold any characters but `/`, `\` and control
    /// characters. The [`path`](Self::path) needs an extension. The transformation is written into the query.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
    /// let url = ik.url("/products/81723.jpg").seo_name("red-running-shoes").build()?;
    /// assert_eq!(url, "https://ik.imagekit.io/demo/ik-seo/products/81723/red-running-shoes.jpg");
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn seo_name(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.kind = Kind::Named(name.into());
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

    /// A private key in place of the client's. White space around it is dropped.
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

    /// Makes browsers download the file instead of showing it (`ik-attachment=true`).
    ///
    /// See [core delivery features](https://imagekit.io/docs/core-delivery-features).
    pub fn attachment(self) -> Self {
        self.set_query("ik-attachment", "true".into())
    }

    /// Makes browsers download the file under this name (`ik-attachment=true` and `ik-attachment-filename`).
    ///
    /// The name is sent as it is. Building fails for an empty name and for one with `/`, `\`, `"` or a control character.
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

    /// Sets a query parameter once.
    fn set_query(mut self, name: &'static str, value: Cow<'a, str>) -> Self {
        match self.query.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.query.push((name.into(), value)),
        }
        self
    }

    /// Whether the URL is signed, in place of the client's choice. Needs a private key.
    ///
    /// A signed URL can't be changed by others. It gives access to a private file, which otherwise needs a
    /// [named transformation](Transformation::named). A `src` can be signed only if it lies under the endpoint; `http` and
    /// `https` count as the same there. See
    /// [signed URLs](https://imagekit.io/docs/media-delivery-basic-security).
    #[inline]
    pub fn signed(mut self, signed: bool) -> Self {
        self.signed = Some(signed);
        self
    }

    /// Expires the URL this long after it is built, in whole seconds and at least one. Implies signing.
    ///
    /// The expiry is at most 9,999,999,999 seconds since 1970 (2286). Building fails for a later one.
    ///
    /// ImageKit signs the path and the expiry as one string without a separator, so digits can move between them: the
    /// signature of `a.jpg?v=1&ik-t=1750000300` also fits `a.jpg?v=&ik-t=11750000300`.
    /// [`ImageKit::verify`](crate::ImageKit::verify) refuses that; another verifier may not. Avoid it with a URL that
    /// doesn't end in a digit in front of `ik-t`, by its file name, its last query parameter, or a transformation in the
    /// query.
    #[inline]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.set_expiry(Expiry::after(lifetime, NEVER));
        self
    }

    /// Expires the URL at this time, in whole seconds since 1970: 1 to 9,999,999,999 (2286). Implies signing.
    ///
    /// A URL is expired from that second on. An expiry of 9,999,999,999 is what ImageKit signs for URLs without one, so it
    /// is not written. Digits can move between the path and the expiry; see [`expires_in`](Self::expires_in).
    #[inline]
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        self.set_expiry(Expiry::at(unix_seconds(moment)));
        self
    }

    /// Expires the URL no earlier than `min` from now, at a multiple of `grid` since 1970. Both are at least one second, and
    /// `grid` is in whole seconds. Implies signing.
    ///
    /// The same URL is built until the next multiple of `grid`, so that browsers and CDNs can cache it. It expires less than
    /// `grid` after `min`. The limits of [`expires_in`](Self::expires_in) apply.
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
        self.set_expiry(Expiry::on_grid(min, grid));
        self
    }

    fn set_expiry(&mut self, expiry: Result<Expiry, Problem>) {
        match expiry {
            Ok(expiry) => self.expiry = Some(expiry),
            Err(problem) => self.refuse(problem),
        }
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

    /// Subtitles of a video that AI generates (`/ik-gensubtitle.vtt`), in WebVTT. Goes with
    /// [`language`](Transformation::language).
    ///
    /// The first request starts the work, which is billed; see
    /// [subtitles and chapters](https://imagekit.io/docs/video-player/subtitles-and-chapters).
    pub fn generated_subtitles(self) -> Self {
        self.with_suffix("/ik-gensubtitle.vtt")
    }

    /// The transcript of a video that AI generates, with the time of each word (`/ik-gensubtitle.transcript`), in JSON. Billed
    /// as [`generated_subtitles`](Self::generated_subtitles).
    pub fn generated_transcript(self) -> Self {
        self.with_suffix("/ik-gensubtitle.transcript")
    }

    /// Chapters of a video that AI generates (`/ik-genchapter.vtt`), in WebVTT. Billed as
    /// [`generated_subtitles`](Self::generated_subtitles).
    pub fn generated_chapters(self) -> Self {
        self.with_suffix("/ik-genchapter.vtt")
    }

    /// The thumbnails that a player shows while seeking in a video (`/ik-seek-thumbnail-track.vtt`), in WebVTT.
    pub fn seek_thumbnails(self) -> Self {
        self.with_suffix("/ik-seek-thumbnail-track.vtt")
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
                options.checks,
            ));
        }
        self.position = options.transformation_position.or(self.position);
        self.style = options.url_style.or(self.style);
        self.signed = options.signed.or(self.signed);
        for (name, value) in &options.query_parameters.0 {
            self = self.query(name, value.to_text());
        }
        match (options.expires_at, options.expires_in) {
            (Some(seconds), _) => self.set_expiry(Expiry::at(seconds)),
            (None, Some(0) | None) => {}
            (None, Some(seconds)) => {
                let latest = match options.checks.ranges {
                    true => NEVER,
                    false => u64::MAX,
                };
                self.set_expiry(Expiry::after(Duration::from_secs(seconds), latest));
            }
        }
        self
    }

    /// The URL.
    ///
    /// # Errors
    /// `InvalidInput`, with the option's name and what is allowed, for the first thing that is wrong: no path, a path
    /// with `..` or `tr:`, no endpoint or one that is not a URL, a value out of its range, signing without a private key, a
    /// signed `src` that does not lie under the endpoint, or a lifetime where there is no clock.
    pub fn build(&self) -> Result<String, Error> {
        self.build_with(platform::now)
    }

    /// The URL as of `now`, which counts if it expires after a while.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn build_at(&self, now: SystemTime) -> Result<String, Error> {
        self.build_with(|| Ok(now))
    }

    /// Appends the URL. It allocates nothing where `url` has room and the file is given by its path.
    ///
    /// # Errors
    /// Those of [`build`](Self::build); `url` is left as it was then.
    pub fn write_to(&self, url: &mut String) -> Result<(), Error> {
        self.write_with(url, platform::now)
    }

    /// Appends the URL as of `now`, which counts if it expires after a while.
    ///
    /// # Errors
    /// Those of [`build`](Self::build); `url` is left as it was then.
    pub fn write_to_at(&self, url: &mut String, now: SystemTime) -> Result<(), Error> {
        self.write_with(url, || Ok(now))
    }

    /// Checks the URL and writes it once for all, up to its expiry. A lifetime counts from each later writing.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn prepare(&self) -> Result<PreparedUrl, Error> {
        let mut url = String::new();
        let ending = self.compose(&mut url)?;
        ending.expiry(platform::now)?;
        Ok(PreparedUrl {
            signer: ending.signer.cloned(),
            expiry: ending.expiry,
            signed_from: ending.signed_from,
            separator: ending.separator,
            fragment: ending.fragment.map(Cow::into_owned),
            url: RedactedUrl(url),
        })
    }

    /// Turns a lifetime into a time, so that several URLs expire together.
    pub(super) fn with_fixed_expiry(
        mut self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<Self, Problem> {
        if let Some(expiry) = &mut self.expiry {
            *expiry = Expiry::At(expiry.unix_seconds(now)?);
        }
        Ok(self)
    }

    fn build_with(
        &self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<String, Error> {
        let mut url = String::with_capacity(self.usual_length());
        self.write_with(&mut url, now)?;
        Ok(url)
    }

    fn write_with(
        &self,
        url: &mut String,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<(), Error> {
        let start = url.len();
        let composed = self
            .compose(url)
            .and_then(|ending| Ok((ending.expiry(now)?, ending)));
        match composed {
            Ok((expiry, ending)) => {
                ending.write(url, expiry);
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
            Source::Url(src) => {
                let absolute = AbsoluteUrl::parse(&src.0).map_err(|refusal| {
                    let reason = refusal.reason();
                    Problem::new(
                        "src",
                        format!("{src:?} {reason}; give such a URL, or use a path"),
                    )
                })?;
                self.compose_src(url, &absolute, steps, signer)
            }
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
        if let Some(src) = path.as_url_under(endpoint)? {
            return self.compose_src(url, &src, steps, signer);
        }
        url.push_str(endpoint.as_str());
        url.push('/');
        let signed_from = url.len();
        let is_file = matches!(self.kind, Kind::File);
        if is_file
            && self.position.unwrap_or(self.defaults.position) == TransformationPosition::Path
            && let Some(steps) = steps.take()
        {
            url.push_str("tr:");
            steps.write(url, UrlStyle::Readable);
            url.push('/');
        }
        match &self.kind {
            Kind::File => path.write(url, signer.is_some())?,
            Kind::Named(name) => {
                url.push_str("ik-seo/");
                path.named(name)?.write(url, signer.is_some())?;
            }
            Kind::Generated(prompt) => {
                let mut text = Text::default();
                prompt.write(&mut text);
                text.name_problem("ai_generate");
                if let Some(problem) = text.problem() {
                    return Err(problem.clone());
                }
                url.push_str("ik-genimg-");
                url.push_str(text.as_str());
                url.push('/');
                path.write(url, signer.is_some())?;
            }
        }
        url.push_str(self.suffix);
        self.check_streaming(url)?;
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
        src: &AbsoluteUrl,
        steps: Option<&Steps<'_>>,
        signer: Option<&'s Signer>,
    ) -> Result<Ending<'s>, Problem> {
        let option = match self.kind {
            Kind::File => None,
            Kind::Named(_) => Some("seo_name"),
            Kind::Generated(_) => Some("ai_generate"),
        };
        if let Some(option) = option {
            return Err(Problem::new(
                option,
                "needs a path under the URL endpoint, not a whole URL; give the path to `path`",
            ));
        }
        let base = src.base();
        url.push_str(base);
        let mut signed_from = url.len();
        if signer.is_some() {
            let inside = self
                .current_endpoint()
                .and_then(|endpoint| endpoint.inside(src))
                .ok_or_else(|| {
                    Problem::new(
                        "src",
                        format!(
                            "{:?} does not lie under the URL endpoint, so its signature would be refused; give a \
                             URL under the endpoint, or do not sign",
                            RedactedUrl(base)
                        ),
                    )
                })?;
            signed_from -= inside.len();
            url.truncate(signed_from);
            write_signed(url, inside);
        }
        url.push_str(self.suffix);
        self.check_streaming(url)?;
        let separator = self.compose_query(url, src.query(), steps, signer.is_some());
        let fragment = src
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

    /// Refuses resolutions of a stream for what is not the playlist of one. `url` ends in the path.
    fn check_streaming(&self, url: &str) -> Result<(), Problem> {
        let streaming = self
            .current_steps()
            .is_some_and(|steps| steps.chain().is_streaming());
        let is_playlist = ["/ik-master.m3u8", "/ik-master.mpd"]
            .iter()
            .any(|playlist| url.ends_with(playlist));
        if streaming && !is_playlist {
            return Err(Problem::new(
                "streaming_resolutions",
                "only a playlist of adaptive streaming has resolutions; call `hls` or `dash`, or give a path that ends in \
                 /ik-master.m3u8 or /ik-master.mpd",
            ));
        }
        Ok(())
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
