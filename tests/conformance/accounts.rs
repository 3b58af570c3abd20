//! Usage, origins, URL endpoints and webhooks.

use imagekitio::types::{WebFolderOrigin, WebProxyOrigin, required};

use crate::account::{Account, NO_ID, Stop, unique};

pub async fn get_usage(account: &Account) -> Result<(), Stop> {
    let usage = account
        .ik
        .accounts()
        .usage("2026-05-01", "2026-06-01")
        .await?;
    assert!(usage.bandwidth_bytes >= 0u64.into(), "{usage:?}");
    assert!(
        usage.media_library_storage_bytes >= 0u64.into(),
        "{usage:?}"
    );
    // At most 90 days.
    let refused = account
        .ik
        .accounts()
        .usage("2026-01-01", "2026-06-01")
        .await
        .unwrap_err();
    assert!(matches!(refused.status(), None | Some(400)), "{refused}");
    Ok(())
}

pub async fn get_usage_analytics(account: &Account) -> Result<(), Stop> {
    let usage = account
        .ik
        .accounts()
        .usage_analytics("2026-05-01", "2026-05-31")
        .await?;
    assert_eq!(
        (&usage.start_date[..10], &usage.end_date[..10]),
        ("2026-05-01", "2026-05-31")
    );
    assert!(usage.request_count >= 0u64.into(), "{usage:?}");
    let refused = account
        .ik
        .accounts()
        .usage_analytics("2026-01-01", "2026-06-01");
    let refused = refused.await.unwrap_err();
    assert!(matches!(refused.status(), None | Some(400)), "{refused}");
    Ok(())
}

/// Names of origins have letters, digits and spaces.
fn origin_name() -> String {
    unique().replace('_', " ")
}

/// The id and the name of a new origin, which is deleted at the end. No URL endpoint uses it.
async fn origin(account: &Account) -> Result<(String, String), Stop> {
    let (origins, name) = (account.ik.accounts().origins(), origin_name());
    let made = account.created(origins.create(WebProxyOrigin::new(&name)).await)?;
    let made = serde_json::to_value(&*made).unwrap();
    let id = made["id"].as_str().unwrap().to_owned();
    account.later(origins.delete(&id));
    assert_eq!(
        (made["type"].as_str(), made["name"].as_str()),
        (Some("WEB_PROXY"), Some(&name[..]))
    );
    Ok((id, name))
}

pub async fn create_origin(account: &Account) -> Result<(), Stop> {
    let (id, _) = origin(account).await?;
    assert!(!id.is_empty());
    Ok(())
}

pub async fn list_origins(account: &Account) -> Result<(), Stop> {
    let (id, name) = origin(account).await?;
    let list = account.ik.accounts().origins().list().await?;
    let list = serde_json::to_value(&*list).unwrap();
    let mut list = list.as_array().unwrap().iter();
    assert!(list.any(|origin| origin["id"] == id[..] && origin["name"] == name[..]));
    Ok(())
}

pub async fn get_origin(account: &Account) -> Result<(), Stop> {
    let (id, name) = origin(account).await?;
    let found = account.ik.accounts().origins().get(&id).await?;
    let found = serde_json::to_value(&*found).unwrap();
    assert_eq!(
        (found["id"].as_str(), found["name"].as_str()),
        (Some(&id[..]), Some(&name[..]))
    );
    let missing = account
        .ik
        .accounts()
        .origins()
        .get(NO_ID)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn update_origin(account: &Account) -> Result<(), Stop> {
    let (id, _) = origin(account).await?;
    let (origins, name) = (account.ik.accounts().origins(), origin_name());
    let changed = origins.update(&id, WebProxyOrigin::new(&name)).await?;
    let changed = serde_json::to_value(&*changed).unwrap();
    assert_eq!(
        (changed["id"].as_str(), changed["name"].as_str()),
        (Some(&id[..]), Some(&name[..]))
    );
    let other = WebFolderOrigin::new(required::WebFolderOrigin {
        name,
        base_url: "https://example.com".to_owned(),
    });
    let missing = origins.update(NO_ID, other).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_origin(account: &Account) -> Result<(), Stop> {
    let (id, _) = origin(account).await?;
    let origins = account.ik.accounts().origins();
    origins.delete(&id).await?;
    let missing = origins.get(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    let missing = origins.delete(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

/// The id and the description of a new URL endpoint, which is deleted at the end.
async fn url_endpoint(account: &Account) -> Result<(String, String), Stop> {
    let (endpoints, name) = (account.ik.accounts().url_endpoints(), unique());
    let prefix = name.replace('_', "-");
    let made = account.created(endpoints.create(&name).url_prefix(&prefix).await)?;
    account.later(endpoints.delete(&made.id));
    assert_eq!((&made.description, &made.url_prefix), (&name, &prefix));
    assert!(made.origins.is_empty());
    Ok((made.id.clone(), name))
}

pub async fn create_url_endpoint(account: &Account) -> Result<(), Stop> {
    let (id, _) = url_endpoint(account).await?;
    assert!(!id.is_empty());
    Ok(())
}

pub async fn list_url_endpoints(account: &Account) -> Result<(), Stop> {
    let (id, name) = url_endpoint(account).await?;
    let list = account.ik.accounts().url_endpoints().list().await?;
    assert!(
        list.iter()
            .any(|endpoint| endpoint.id == id && endpoint.description == name)
    );
    Ok(())
}

pub async fn get_url_endpoint(account: &Account) -> Result<(), Stop> {
    let (id, name) = url_endpoint(account).await?;
    let found = account.ik.accounts().url_endpoints().get(&id).await?;
    assert_eq!((&found.id, &found.description), (&id, &name));
    let missing = account
        .ik
        .accounts()
        .url_endpoints()
        .get(NO_ID)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn update_url_endpoint(account: &Account) -> Result<(), Stop> {
    let (origin, _) = origin(account).await?;
    let (id, name) = url_endpoint(account).await?;
    let endpoints = account.ik.accounts().url_endpoints();
    let prefix = name.replace('_', "-");
    let changed = endpoints
        .update(&id, "Changed")
        .url_prefix(&prefix)
        .origins([&origin])
        .await?;
    assert_eq!((&changed.id, &changed.description[..]), (&id, "Changed"));
    assert_eq!(
        (&changed.url_prefix, &changed.origins),
        (&prefix, &vec![origin])
    );
    let missing = endpoints
        .update(NO_ID, "Changed")
        .url_prefix(unique().replace('_', "-"));
    let missing = missing.await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_url_endpoint(account: &Account) -> Result<(), Stop> {
    let (id, _) = url_endpoint(account).await?;
    let endpoints = account.ik.accounts().url_endpoints();
    endpoints.delete(&id).await?;
    let missing = endpoints.get(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    let missing = endpoints.delete(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

/// The id and the endpoint of a new webhook, which is deleted at the end. It is disabled, so that
/// nothing is sent.
async fn webhook(account: &Account) -> Result<(String, String), Stop> {
    let webhooks = account.ik.accounts().webhooks();
    let endpoint = format!("https://example.com/{}", unique());
    let made = webhooks
        .create(&endpoint, ["file.created"])
        .enabled(false)
        .await;
    let made = account.created(made)?;
    account.later(webhooks.delete(&made.id));
    assert_eq!((&made.endpoint, made.enabled), (&endpoint, false));
    assert!(made.secret.starts_with("whsec_"));
    Ok((made.id.clone(), endpoint))
}

pub async fn create_webhook(account: &Account) -> Result<(), Stop> {
    let (id, _) = webhook(account).await?;
    assert!(!id.is_empty());
    Ok(())
}

pub async fn list_webhooks(account: &Account) -> Result<(), Stop> {
    let (id, endpoint) = webhook(account).await?;
    let list = account.ik.accounts().webhooks().list().await?;
    assert!(
        list.iter()
            .any(|webhook| webhook.id == id && webhook.endpoint == endpoint)
    );
    Ok(())
}

pub async fn get_webhook(account: &Account) -> Result<(), Stop> {
    let (id, endpoint) = webhook(account).await?;
    let found = account.ik.accounts().webhooks().get(&id).await?;
    assert_eq!((&found.id, &found.endpoint), (&id, &endpoint));
    let missing = account
        .ik
        .accounts()
        .webhooks()
        .get(NO_ID)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn update_webhook(account: &Account) -> Result<(), Stop> {
    let (id, endpoint) = webhook(account).await?;
    let webhooks = account.ik.accounts().webhooks();
    let changed = webhooks
        .update(&id)
        .events(["file.deleted", "folder.created"])
        .await?;
    assert_eq!((&changed.id, &changed.endpoint), (&id, &endpoint));
    let events: Vec<String> = changed.events.iter().map(ToString::to_string).collect();
    assert_eq!(events, ["file.deleted", "folder.created"]);
    let missing = webhooks.update(NO_ID).enabled(false).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}

pub async fn delete_webhook(account: &Account) -> Result<(), Stop> {
    let (id, _) = webhook(account).await?;
    let webhooks = account.ik.accounts().webhooks();
    webhooks.delete(&id).await?;
    let missing = webhooks.get(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    let missing = webhooks.delete(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    Ok(())
}
