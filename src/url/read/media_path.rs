//! Paths in the media library, from URLs.

use crate::problem::Problem;
use crate::secret::RedactedUrl;
use crate::url::absolute_url::AbsoluteUrl;
use crate::url::encode::unescape;
use crate::url::endpoint::Endpoint;

/// The suffixes that request another representation of a file.
const SUFFIXES: [&str; 9] = [
    "ik-thumbnail.jpg",
    "ik-video.mp4",
    "ik-gif-video.mp4",
    "ik-master.m3u8",
    "ik-master.mpd",
    "ik-gensubtitle.vtt",
    "ik-gensubtitle.transcript",
    "ik-genchapter.vtt",
    "ik-seek-thumbnail-track.vtt",
];

/// Returns the path of a file in the media library, such as `/products/shoe.jpg`, from its path
/// with or without leading slashes, or from its URL under the endpoint.
pub(crate) fn media_path(
    path_or_url: &str,
    endpoint: Option<&Endpoint>,
) -> Result<String, Problem> {
    let scheme = path_or_url
        .trim_start()
        .split("://")
        .next()
        .unwrap_or_default();
    let is_url = path_or_url.contains("://")
        && ["http", "https"]
            .iter()
            .any(|http| scheme.eq_ignore_ascii_case(http));
    match is_url {
        true => path_of_url(path_or_url, endpoint),
        false => joined(path_or_url.split('/').map(str::to_owned)),
    }
    .map_err(|reason| {
        let shown = RedactedUrl(path_or_url).to_string();
        let shown: String = shown
            .chars()
            .take(200)
            .flat_map(char::escape_debug)
            .collect();
        Problem::new(
            "path",
            format!("`{shown}` is not the path of a file: {reason}"),
        )
    })
}

fn path_of_url(url: &str, endpoint: Option<&Endpoint>) -> Result<String, String> {
    let endpoint = endpoint.ok_or(
        "it is a URL, and the client has no URL endpoint; set `url_endpoint`, or give the path",
    )?;
    let url = AbsoluteUrl::parse(url)
        .map_err(|refusal| format!("it {}; give the path", refusal.reason()))?;
    let inside = endpoint.inside(&url).ok_or_else(|| {
        format!(
            "the URL is not under the URL endpoint {:?}; give a URL of that endpoint, or the path",
            endpoint
        )
    })?;
    let mut names = Vec::new();
    for segment in inside.split('/') {
        let name = String::from_utf8(unescape(segment))
            .map_err(|_| "its percent-encoding is not UTF-8; give the path".to_owned())?;
        if name.contains('/') {
            return Err(
                "it has an encoded slash, which no name contains; give the path".to_owned(),
            );
        }
        if !name.starts_with("tr:") {
            names.push(name);
        }
    }
    if let [_, .., last] = names.as_slice()
        && SUFFIXES.contains(&last.as_str())
    {
        names.pop();
    }
    // The last name is for search engines: `ik-seo/shoes/81723/red-shoes.jpg`.
    if let [seo, folders @ .., stem, name] = names.as_slice()
        && seo == "ik-seo"
        && let Some((_, extension)) = name.rsplit_once('.')
    {
        let file = format!("{stem}.{extension}");
        names = folders.iter().cloned().chain([file]).collect();
    }
    joined(names)
}

fn joined(names: impl IntoIterator<Item = String>) -> Result<String, String> {
    let mut path = String::new();
    let mut ends_with_slash = true;
    for name in names {
        ends_with_slash = name.is_empty();
        if matches!(name.as_str(), "." | "..") {
            return Err(
                "it has a dot segment, which no path in the media library has; leave it out"
                    .to_owned(),
            );
        }
        if !name.is_empty() {
            path.push('/');
            path.push_str(&name);
        }
    }
    match ends_with_slash {
        true => {
            Err("it has no name at its end; give a path such as `/products/shoe.jpg`".to_owned())
        }
        false => Ok(path),
    }
}
