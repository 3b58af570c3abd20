//! Writing of the URL that a builder describes.

use std::borrow::Cow;
use std::time::SystemTime;

use super::file_path::{FilePath, write_signed};
use super::preset::Steps;
use super::query_writer::QueryWriter;
use super::signed_tail::SignedTail;
use super::{PathKind, Source, UrlBuilder};
use crate::error::Error;
use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::sign::{Signer, required_key};
use crate::url::absolute_url::AbsoluteUrl;
use crate::url::endpoint::Endpoint;
use crate::url::placement::{TransformationPosition, UrlStyle};
use crate::url::transformation::{Buffer, WriteValue};

impl<'a> UrlBuilder<'a> {
    pub(super) fn build_with(
        &self,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<String, Error> {
        let mut url = String::with_capacity(self.usual_length());
        self.write_with(&mut url, now)?;
        Ok(url)
    }

    pub(super) fn write_with(
        &self,
        url: &mut String,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<(), Error> {
        let start = url.len();
        let written = self.compose(url).and_then(|tail| {
            let expiry = tail.expiry(now)?;
            tail.write(url, expiry);
            Ok(())
        });
        written.map_err(|problem| {
            url.truncate(start);
            problem.into()
        })
    }

    /// Estimates the length of the URL, so that it is usually allocated once.
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
            .map_or(0, |steps| steps.transformation().buffer().len());
        let query: usize = self
            .query
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum();
        endpoint + source + steps + query + NAMES_AND_SIGNATURE
    }

    /// Writes everything before the expiry and the signature.
    pub(super) fn compose(&self, url: &mut String) -> Result<SignedTail<'_>, Problem> {
        let in_steps = || self.steps.as_ref()?.transformation().problem();
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
                let absolute = AbsoluteUrl::parse(&src.0).map_err(|error| {
                    let reason = error.reason();
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
    ) -> Result<SignedTail<'s>, Problem> {
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
        let signed_from = url.len() + 1;
        let is_file = matches!(self.kind, PathKind::File);
        if is_file
            && self.position.unwrap_or(self.defaults.position) == TransformationPosition::Path
            && let Some(steps) = steps.take()
        {
            url.push_str("/tr:");
            steps.write(url, UrlStyle::Readable);
        }
        url.push('/');
        match &self.kind {
            PathKind::File => path.write(url, signer.is_some())?,
            PathKind::Named(name) => {
                url.push_str("ik-seo/");
                path.named(name)?.write(url, signer.is_some())?;
            }
            PathKind::Generated(prompt) => {
                let mut buffer = Buffer::default();
                prompt.write(&mut buffer);
                buffer.name_problem("ai_generate");
                if let Some(problem) = buffer.problem() {
                    return Err(problem.clone());
                }
                url.push_str("ik-genimg-");
                url.push_str(buffer.as_str());
                url.push('/');
                path.write(url, signer.is_some())?;
            }
        }
        url.push_str(self.suffix);
        self.check_streaming(url)?;
        let separator = self.compose_query(url, None, steps, signer.is_some());
        Ok(SignedTail {
            signer,
            expiry: self.current_expiry(),
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
    ) -> Result<SignedTail<'s>, Problem> {
        let argument = match self.kind {
            PathKind::File => None,
            PathKind::Named(_) => Some("seo_name"),
            PathKind::Generated(_) => Some("ai_generate"),
        };
        if let Some(argument) = argument {
            return Err(Problem::new(
                argument,
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
        Ok(SignedTail {
            signer,
            expiry: self.current_expiry(),
            signed_from,
            separator,
            fragment,
        })
    }

    /// Refuses `streaming_resolutions` unless the path, at the end of `url`, is a playlist.
    fn check_streaming(&self, url: &str) -> Result<(), Problem> {
        let streaming = self
            .current_steps()
            .is_some_and(|steps| steps.transformation().is_streaming());
        let is_playlist = || {
            ["/ik-master.m3u8", "/ik-master.mpd"]
                .iter()
                .any(|playlist| url.ends_with(playlist))
        };
        if streaming && !is_playlist() {
            return Err(Problem::new(
                "streaming_resolutions",
                "only a playlist of adaptive streaming has resolutions; call `hls` or `dash`, or give a path that ends in \
                 /ik-master.m3u8 or /ik-master.mpd",
            ));
        }
        Ok(())
    }

    /// Writes the query without expiry and signature. Returns the separator for another parameter.
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

        let mut query = QueryWriter::new(url, style, signed, steps);
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

    /// Returns the steps unless they are empty.
    fn current_steps(&self) -> Option<&Steps<'a>> {
        self.steps
            .as_ref()
            .filter(|steps| !steps.transformation().is_empty())
    }

    /// Returns the signer if the URL is signed.
    fn current_signer(&self) -> Result<Option<&Signer>, Problem> {
        if !self.is_signed() {
            return Ok(None);
        }
        let signer = self.signer.as_deref().or(self.defaults.signer.as_ref());
        required_key(signer, "a signed URL needs").map(Some)
    }
}
