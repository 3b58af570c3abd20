//! Usage of the account.

use std::sync::atomic::Ordering;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::clock::Timestamp;
use super::reply::{self, Refusal, Reply};
use super::routes::Call;
use super::store::Version;

/// The first and the last date of a range, which spans fewer than 90 days.
fn range(call: &Call<'_>) -> Result<(Date, Date), Refusal> {
    let date = |name: &str| -> Result<Date, Refusal> {
        let text = call.query(name).unwrap_or_default();
        let has_form = text.len() == "YYYY-MM-DD".len();
        text.parse().ok().filter(|_| has_form).ok_or_else(|| {
            Refusal::bad_request(format!(
                "The query parameter {name} must be a date as YYYY-MM-DD."
            ))
        })
    };
    let (start, end) = (date("startDate")?, date("endDate")?);
    let days = start.until(end).map_or(i32::MAX, |span| span.get_days());
    match days {
        0..90 => Ok((start, end)),
        ..0 => Err(Refusal::bad_request("startDate must not be after endDate.")),
        _ => Err(Refusal::bad_request("The range must be less than 90 days.")),
    }
}

/// `GET /v1/accounts/usage`: all that was delivered since the server started, whatever the range.
pub(super) fn usage(call: &Call<'_>) -> Result<Reply, Refusal> {
    range(call)?;
    let stored: usize = call.account.store.read(|state| {
        let versions = state.files().flat_map(|file| file.versions());
        versions.map(Version::size).sum()
    });
    Ok(reply::json(&json!({
        "bandwidthBytes": call.account.delivered_bytes.load(Ordering::Relaxed),
        "mediaLibraryStorageBytes": stored,
        "videoProcessingUnitsCount": 0,
        "extensionUnitsCount": 0,
        "originalCacheStorageBytes": 0,
    })))
}

/// `GET /v1/accounts/usage-analytics`: totals since the server started, without breakdowns.
pub(super) fn analytics(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (start, end) = range(call)?;
    let mut body = json!({
        "startDate": start.to_string(),
        "endDate": end.to_string(),
        "generatedAt": Timestamp::now().to_string(),
        "requestCount": call.account.deliveries.load(Ordering::Relaxed),
        "bandwidthBytes": call.account.delivered_bytes.load(Ordering::Relaxed),
        "cache": { "hitCount": 0, "missCount": 0, "errorCount": 0 },
    });
    for list in [
        "statusCodes",
        "errorReasons",
        "top404Assets",
        "extensions",
        "videoProcessing",
    ] {
        body[list] = Value::Array(Vec::new());
    }
    for breakdown in [
        "country",
        "browser",
        "device",
        "format",
        "topImages",
        "topImageTransforms",
        "topVideos",
        "topVideoTransforms",
        "topOtherAssets",
        "topReferrers",
        "topUserAgents",
        "urlEndpoints",
    ] {
        body[breakdown] = json!({ "byBandwidth": [], "byRequests": [] });
    }
    Ok(reply::json(&body))
}
