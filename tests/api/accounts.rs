//! Usage, origins, URL endpoints and webhooks over real HTTP.

use imagekitio::types::{
    AkamaiUrlRewriter, AkeneoPimOrigin, AzureBlobOrigin, CloudinaryBackupOrigin,
    CloudinaryUrlRewriter, GcsOrigin, ImgixUrlRewriter, Origin, OriginRequest, S3CompatibleOrigin,
    S3Origin, UrlRewriter, WebFolderOrigin, WebProxyOrigin, WebhookEventType, required,
};
use imagekitio::{ErrorKind, ImageKit};
use serde_json::{Value, json};
use support::calls::{
    Call, answering, assert_all_kept, assert_attempts, assert_errors, assert_kept, assert_refused,
    assert_sent, call, reply,
};

const ODD_ID: &str = "a:b,c;x=1~y";
const ENDPOINT: &str = "https://example.com/imagekit";

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

/// All calls that may be carried out twice.
fn repeatable(ik: &ImageKit) -> Vec<Call> {
    let accounts = ik.accounts();
    let (origins, endpoints, webhooks) = (
        accounts.origins(),
        accounts.url_endpoints(),
        accounts.webhooks(),
    );
    vec![
        call(accounts.usage("2026-05-01", "2026-06-01")),
        call(accounts.usage_analytics("2026-05-01", "2026-06-01")),
        call(origins.list()),
        call(origins.get("o1")),
        call(origins.update("o1", WebProxyOrigin::new("n"))),
        call(origins.delete("o1")),
        call(endpoints.list()),
        call(endpoints.get("u1")),
        call(endpoints.update("u1", "d")),
        call(endpoints.delete("u1")),
        call(webhooks.list()),
        call(webhooks.get("w1")),
        call(webhooks.update("w1").enabled(true)),
        call(webhooks.delete("w1")),
    ]
}

fn creations(ik: &ImageKit) -> Vec<Call> {
    let accounts = ik.accounts();
    vec![
        call(accounts.origins().create(WebProxyOrigin::new("n"))),
        call(accounts.url_endpoints().create("d")),
        call(accounts.webhooks().create(ENDPOINT, ["file.created"])),
    ]
}

#[tokio::test]
async fn failures_say_what_the_server_says() {
    assert_errors(repeatable).await;
    assert_errors(creations).await;
}

#[tokio::test]
async fn only_creations_are_not_repeated() {
    assert_attempts(repeatable, 3).await;
    assert_attempts(creations, 1).await;
}

#[tokio::test]
async fn ids_are_checked_before_the_request() {
    assert_refused(
        |ik| {
            let accounts = ik.accounts();
            let (origins, endpoints, webhooks) = (
                accounts.origins(),
                accounts.url_endpoints(),
                accounts.webhooks(),
            );
            vec![
                call(origins.get("")),
                call(origins.update("", WebProxyOrigin::new("n"))),
                call(origins.delete("")),
                call(endpoints.get("")),
                call(endpoints.update("", "d")),
                call(endpoints.delete("")),
                call(webhooks.get("")),
                call(webhooks.update("")),
                call(webhooks.delete("")),
            ]
        },
        &["id: `` is not a valid id: it is empty; give the id that ImageKit assigned"; 9],
    )
    .await;
}

#[tokio::test]
async fn deletions_need_no_reply() {
    for reply in [("204 No Content", ""), ("200 OK", "{}"), ("200 OK", "")] {
        assert_sent(
            reply,
            |ik| {
                let accounts = ik.accounts();
                vec![
                    call(accounts.origins().delete(ODD_ID)),
                    call(accounts.url_endpoints().delete(ODD_ID)),
                    call(accounts.webhooks().delete(ODD_ID)),
                ]
            },
            &[
                ("DELETE /v1/accounts/origins/a:b,c;x=1~y", None),
                ("DELETE /v1/accounts/url-endpoints/a:b,c;x=1~y", None),
                ("DELETE /v1/accounts/webhooks/a:b,c;x=1~y", None),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn a_reply_without_what_is_promised_names_it() {
    for (body, message) in [
        (json!({}), "missing field"),
        (
            with(analytics(), "cache", Value::Null),
            "cache: invalid type: null",
        ),
        (
            with(endpoint(), "origins", Value::Null),
            "origins: invalid type: null",
        ),
        (
            with(webhook(), "events", Value::Null),
            // Its replies may hold secrets, so that no value is quoted.
            "describes (events, line 1, column ",
        ),
    ] {
        let (_server, ik) = answering("200 OK", &body.to_string()).await;
        let accounts = ik.accounts();
        let errors = [
            accounts
                .usage_analytics("2026-05-01", "2026-05-02")
                .await
                .unwrap_err(),
            accounts.url_endpoints().get("u1").await.unwrap_err(),
            accounts.webhooks().get("w1").await.unwrap_err(),
        ];
        for error in &errors {
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert_eq!(error.body(), Some(body.to_string().as_bytes()));
        }
        assert!(
            errors
                .iter()
                .any(|error| error.to_string().contains(message)),
            "{errors:?}"
        );
    }
}

#[tokio::test]
async fn ranges_are_sent_as_days() {
    assert_sent(
        ("200 OK", &usage().to_string()),
        |ik| {
            let accounts = ik.accounts();
            vec![
                call(accounts.usage("2026-05-01", "2026-06-01".to_owned())),
                call(accounts.usage((2026, 5, 1), (2026, 6, 1))),
            ]
        },
        &[
            (
                "GET /v1/accounts/usage?endDate=2026-06-01&startDate=2026-05-01",
                None,
            ),
            (
                "GET /v1/accounts/usage?endDate=2026-06-01&startDate=2026-05-01",
                None,
            ),
        ],
    )
    .await;
    assert_sent(
        ("200 OK", &analytics().to_string()),
        |ik| {
            vec![call(
                ik.accounts().usage_analytics((2026, 5, 1), "2026-05-01"),
            )]
        },
        &[(
            "GET /v1/accounts/usage-analytics?endDate=2026-05-01&startDate=2026-05-01",
            None,
        )],
    )
    .await;
}

/// Across the ends of months and leap years.
#[tokio::test]
async fn a_range_may_be_89_days_long() {
    for (start, end) in [
        ("2026-01-01", "2026-03-31"),
        ("2026-01-31", "2026-04-30"),
        ("2024-01-01", "2024-03-30"),
        ("2023-12-15", "2024-03-13"),
        ("2000-02-01", "2000-04-30"),
        ("1999-12-31", "2000-03-29"),
        ("2026-05-31", "2026-06-01"),
        ("2024-02-29", "2024-03-01"),
        ("2026-12-31", "2027-01-01"),
    ] {
        let (_server, ik) = answering("200 OK", &usage().to_string()).await;
        ik.accounts().usage(start, end).await.unwrap();
        let (_server, ik) = answering("200 OK", &analytics().to_string()).await;
        ik.accounts().usage_analytics(start, end).await.unwrap();
    }
}

#[tokio::test]
async fn bad_ranges_are_refused_before_the_request() {
    let no_days = [
        "",
        "2026",
        "2026-05",
        "2026-5-1",
        "26-05-01",
        "2026-05-01T00:00:00Z",
        "2026/05/01",
        "2026-00-01",
        "2026-13-01",
        "2026-05-00",
        "2026-05-32",
        "2026-04-31",
        "2026-02-29",
        "1900-02-29",
        "2026-02-30",
        "+026-05-01",
        "2026-05-1 ",
        "२०२६-05-01",
        "12026-05-01",
    ];
    let fixed = "2026-05-01";
    let malformed = no_days.into_iter().flat_map(|day| {
        let message = format!("`{day}` is not a valid date; give one that exists, as YYYY-MM-DD");
        [
            (day, fixed, format!("start: {message}")),
            (fixed, day, format!("end: {message}")),
        ]
    });
    let wrong = [
        (
            "2026-05-02",
            "2026-05-01",
            "is before the start, 2026-05-02; give the earlier day first",
        ),
        (
            "2026-01-01",
            "2026-04-01",
            "is 90 days after the start, 2026-01-01; ask for less than 90 at a time",
        ),
        (
            "2024-01-01",
            "2024-03-31",
            "is 90 days after the start, 2024-01-01; ask for less than 90 at a time",
        ),
        (
            "1999-12-31",
            "2000-03-30",
            "is 90 days after the start, 1999-12-31; ask for less than 90 at a time",
        ),
        (
            "0000-01-01",
            "9999-12-31",
            "is 3652424 days after the start, 0000-01-01; ask for less than 90 at a time",
        ),
    ];
    let wrong = wrong.map(|(start, end, message)| (start, end, format!("end: {end} {message}")));
    let (server, ik) = answering("200 OK", "{}").await;
    for (start, end, message) in malformed.chain(wrong) {
        let errors = [
            ik.accounts().usage(start, end).await.unwrap_err(),
            ik.accounts().usage_analytics(start, end).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.to_string(), message);
        }
    }
    assert_eq!(server.requests(), []);

    assert_refused(
        |ik| {
            let accounts = ik.accounts();
            vec![
                call(accounts.usage((2026, 5, 1), (2026, 5, 1))),
                call(accounts.usage((2026, 2, 29), (2026, 3, 1))),
                call(accounts.usage_analytics((20260, 2, 1), (2026, 3, 1))),
            ]
        },
        &[
            "end: 2026-05-01 is the start as well, and the end is not part of the range; give the day after the last one",
            "start: `2026-02-29` is not a valid date; give one that exists, as YYYY-MM-DD",
            "start: `20260-02-01` is not a valid date; give one that exists, as YYYY-MM-DD",
        ],
    )
    .await;
}

fn analytics() -> Value {
    let entries = json!([{"name": "x", "requestCount": 3, "bandwidthBytes": 9007199254740993u64}]);
    let breakdown = json!({"byRequests": entries, "byBandwidth": []});
    let mut report = json!({
        "startDate": "2026-05-01", "endDate": "2026-05-31", "generatedAt": "2026-06-01T00:00:00.000Z",
        "requestCount": 12, "bandwidthBytes": 3.5,
        "cache": {"hitCount": 1, "missCount": 2, "errorCount": 3, "staleCount": 4},
        "statusCodes": [{"name": "200", "requestCount": 7}],
        "errorReasons": [{"name": "TOO_BIG", "requestCount": 1}],
        "top404Assets": [{"name": "/x.jpg", "requestCount": 2}],
        "extensions": [{"name": "remove-bg", "operationCount": 2}],
        "videoProcessing": [{"resolution": "hd", "codec": "h264", "durationSeconds": 1.25}],
        "country": {
            "byRequests": [{"name": "India", "code": "IN", "requestCount": 3, "bandwidthBytes": 4}],
            "byBandwidth": [],
        },
    });
    for part in [
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
        report[part] = breakdown.clone();
    }
    report
}

fn usage() -> Value {
    json!({
        "bandwidthBytes": 21991583578u64, "mediaLibraryStorageBytes": 1878758298,
        "videoProcessingUnitsCount": 0, "extensionUnitsCount": 1.5,
        "originalCacheStorageBytes": 18446744073709551615u64,
    })
}

#[tokio::test]
async fn usage_is_kept_whole() {
    let usages = [usage(), with(usage(), "brandNew", json!({"x": [1, null]}))];
    let call = |ik: &ImageKit| vec![reply(ik.accounts().usage("2026-05-01", "2026-06-01"))];
    assert_kept("200 OK", &usages, call).await;

    let reports = [
        analytics(),
        with(analytics(), "brandNew", json!({"x": [1, null]})),
    ];
    let call = |ik: &ImageKit| {
        vec![reply(
            ik.accounts().usage_analytics("2026-05-01", "2026-05-31"),
        )]
    };
    assert_kept("200 OK", &reports, call).await;
}

fn s3(values: [&str; 4]) -> S3Origin {
    let [name, bucket, access_key, secret_key] = values.map(str::to_owned);
    S3Origin::new(required::S3Origin {
        name,
        bucket,
        access_key,
        secret_key,
    })
}

fn compatible_s3(values: [&str; 5]) -> S3CompatibleOrigin {
    let [name, bucket, access_key, secret_key, endpoint] = values.map(str::to_owned);
    S3CompatibleOrigin::new(required::S3CompatibleOrigin {
        name,
        bucket,
        access_key,
        secret_key,
        endpoint,
    })
}

fn cloudinary_backup(values: [&str; 4]) -> CloudinaryBackupOrigin {
    let [name, bucket, access_key, secret_key] = values.map(str::to_owned);
    CloudinaryBackupOrigin::new(required::CloudinaryBackupOrigin {
        name,
        bucket,
        access_key,
        secret_key,
    })
}

fn web_folder(values: [&str; 2]) -> WebFolderOrigin {
    let [name, base_url] = values.map(str::to_owned);
    WebFolderOrigin::new(required::WebFolderOrigin { name, base_url })
}

fn gcs(values: [&str; 4]) -> GcsOrigin {
    let [name, bucket, client_email, private_key] = values.map(str::to_owned);
    GcsOrigin::new(required::GcsOrigin {
        name,
        bucket,
        client_email,
        private_key,
    })
}

fn azure_blob(values: [&str; 4]) -> AzureBlobOrigin {
    let [name, container, account_name, sas_token] = values.map(str::to_owned);
    AzureBlobOrigin::new(required::AzureBlobOrigin {
        name,
        container,
        account_name,
        sas_token,
    })
}

fn akeneo_pim(values: [&str; 6]) -> AkeneoPimOrigin {
    let [name, base_url, client_id, client_secret, username, password] = values.map(str::to_owned);
    AkeneoPimOrigin::new(required::AkeneoPimOrigin {
        name,
        base_url,
        client_id,
        client_secret,
        username,
        password,
    })
}

/// Of each kind: everything that can be set, and how it is sent.
fn origins() -> [(OriginRequest, Value); 9] {
    let s3 = {
        let mut origin = S3Origin::new(required::S3Origin {
            name: "My S3".to_owned(),
            bucket: "bucket".to_owned(),
            access_key: "hidden-a".to_owned(),
            secret_key: "hidden-b".to_owned(),
        });
        origin.prefix = "images".to_owned().into();
        origin.use_iam_role = false.into();
        origin.include_canonical_header = true.into();
        origin.base_url_for_canonical_header = "https://example.com".to_owned().into();
        origin
    };
    let compatible = {
        let mut origin = S3CompatibleOrigin::new(required::S3CompatibleOrigin {
            name: "Compatible".to_owned(),
            bucket: "bucket".to_owned(),
            access_key: "hidden-a".to_owned(),
            secret_key: "hidden-b".to_owned(),
            endpoint: "https://s3.example.com".to_owned(),
        });
        origin.s3_force_path_style = true.into();
        origin.prefix = String::new().into();
        origin
    };
    let backup = {
        let mut origin = CloudinaryBackupOrigin::new(required::CloudinaryBackupOrigin {
            name: "Backup".to_owned(),
            bucket: "bucket".to_owned(),
            access_key: String::new(),
            secret_key: String::new(),
        });
        origin.use_iam_role = true.into();
        origin
    };
    let folder = {
        let mut origin = WebFolderOrigin::new(required::WebFolderOrigin {
            name: "Folder".to_owned(),
            base_url: "https://example.com/images".to_owned(),
        });
        origin.forward_host_header_to_origin = true.into();
        origin
            .extra
            .insert("brandNew".to_owned(), json!({"x": null}));
        origin
    };
    let akeneo = AkeneoPimOrigin::new(required::AkeneoPimOrigin {
        name: "Pim".to_owned(),
        base_url: "https://pim.example.com".to_owned(),
        client_id: "hidden-a".to_owned(),
        client_secret: "hidden-b".to_owned(),
        username: "hidden-c".to_owned(),
        password: "hidden-d".to_owned(),
    });
    let newer = json!({"type": "BRAND_NEW", "name": "a_b", "accessKey": "", "token": "hidden-a", "x": {"y": null}});
    [
        (OriginRequest::Unknown(newer.clone()), newer),
        (
            s3.into(),
            json!({
                "type": "S3", "name": "My S3", "bucket": "bucket", "accessKey": "hidden-a", "secretKey": "hidden-b",
                "prefix": "images", "useIAMRole": false, "includeCanonicalHeader": true,
                "baseUrlForCanonicalHeader": "https://example.com",
            }),
        ),
        (
            compatible.into(),
            json!({
                "type": "S3_COMPATIBLE", "name": "Compatible", "bucket": "bucket", "accessKey": "hidden-a",
                "secretKey": "hidden-b", "endpoint": "https://s3.example.com", "s3ForcePathStyle": true, "prefix": "",
            }),
        ),
        (
            backup.into(),
            json!({
                "type": "CLOUDINARY_BACKUP", "name": "Backup", "bucket": "bucket", "accessKey": "", "secretKey": "",
                "useIAMRole": true,
            }),
        ),
        (
            folder.into(),
            json!({
                "type": "WEB_FOLDER", "name": "Folder", "baseUrl": "https://example.com/images",
                "forwardHostHeaderToOrigin": true, "brandNew": {"x": null},
            }),
        ),
        (
            WebProxyOrigin::new("Proxy").into(),
            json!({"type": "WEB_PROXY", "name": "Proxy"}),
        ),
        (
            GcsOrigin::new(required::GcsOrigin {
                name: "Google".to_owned(),
                bucket: "bucket".to_owned(),
                client_email: "me@example.com".to_owned(),
                private_key: "hidden-a".to_owned(),
            })
            .into(),
            json!({
                "type": "GCS", "name": "Google", "bucket": "bucket", "clientEmail": "me@example.com",
                "privateKey": "hidden-a",
            }),
        ),
        (
            azure_blob(["Azure", "container", "account", "hidden-a"]).into(),
            json!({
                "type": "AZURE_BLOB", "name": "Azure", "container": "container", "accountName": "account",
                "sasToken": "hidden-a",
            }),
        ),
        (
            akeneo.into(),
            json!({
                "type": "AKENEO_PIM", "name": "Pim", "baseUrl": "https://pim.example.com", "clientId": "hidden-a",
                "clientSecret": "hidden-b", "username": "hidden-c", "password": "hidden-d",
            }),
        ),
    ]
}

#[tokio::test]
async fn origins_are_sent_as_they_are_built() {
    assert_sent(
        ("200 OK", ""),
        |ik| {
            let origins = ik.accounts().origins();
            vec![call(origins.list()), call(origins.get(ODD_ID))]
        },
        &[
            ("GET /v1/accounts/origins", None),
            ("GET /v1/accounts/origins/a:b,c;x=1~y", None),
        ],
    )
    .await;
    let (create, update) = ("POST /v1/accounts/origins", "PUT /v1/accounts/origins/a:b");
    let expected: Vec<_> = origins()
        .into_iter()
        .flat_map(|(_, body)| [(create, Some(body.clone())), (update, Some(body))])
        .collect();
    assert_sent(
        ("200 OK", ""),
        |ik| {
            let resource = ik.accounts().origins();
            let both = |(origin, _): (OriginRequest, Value)| {
                let update = resource.update("a:b", origin.clone());
                [call(resource.create(origin)), call(update)]
            };
            origins().into_iter().flat_map(both).collect()
        },
        &expected,
    )
    .await;
}

#[tokio::test]
async fn credentials_of_origins_stay_out_of_debug() {
    let ik = ImageKit::builder()
        .private_key("hidden-key")
        .build()
        .unwrap();
    let odd = json!({"type": ["hidden-a"], "name": {"x": "hidden-b"}});
    for (origin, body) in origins()
        .into_iter()
        .chain([(OriginRequest::Unknown(odd.clone()), odd)])
    {
        let create = ik.accounts().origins().create(origin.clone());
        let update = ik.accounts().origins().update("o1", origin);
        for debug in [
            format!("{create:?}"),
            format!("{create:#?}"),
            format!("{update:?}"),
            format!("{update:#?}"),
        ] {
            assert!(!debug.contains("hidden"), "{debug}");
            let name = body["name"].as_str().unwrap_or_default();
            assert!(
                debug.contains(name) || debug.contains("Unknown("),
                "{debug}"
            );
        }
    }
    let update = ik
        .accounts()
        .origins()
        .update("o1", gcs(["Google", "bucket", "me@example.com", "hidden"]));
    assert_eq!(
        format!("{update:?}"),
        "UpdateOrigin { id: \"o1\", origin: Gcs(GcsOrigin { name: \"Google\", type_: Gcs, \
         include_canonical_header: None, base_url_for_canonical_header: None, bucket: \"bucket\", prefix: None, \
         client_email: \"me@example.com\", private_key: [redacted], extra: {} }), .. }"
    );
}

#[tokio::test]
async fn bad_origins_are_refused_before_the_request() {
    let long = "x".repeat(101);
    let too_long = "has 101 characters; at most 100 are allowed";
    let empty = "is empty; an origin of this kind needs it";
    let long_prefix = {
        let mut origin = s3(["n", "b", "a", "s"]);
        origin.prefix = "ü".repeat(101).into();
        origin
    };
    let bad: Vec<(OriginRequest, &str, &str)> = vec![
        (WebProxyOrigin::new("").into(), "name", empty),
        (WebProxyOrigin::new(&long).into(), "name", too_long),
        (
            WebProxyOrigin::new("my-origin").into(),
            "name",
            "`my-origin` is not a valid name; use letters from A to Z, digits and spaces",
        ),
        (s3(["n", "", "a", "s"]).into(), "bucket", empty),
        (s3(["n", &long, "a", "s"]).into(), "bucket", too_long),
        (s3(["n", "b", "", "s"]).into(), "access_key", empty),
        (s3(["n", "b", &long, "s"]).into(), "access_key", too_long),
        (s3(["n", "b", "a", ""]).into(), "secret_key", empty),
        (s3(["n", "b", "a", &long]).into(), "secret_key", too_long),
        (long_prefix.into(), "prefix", too_long),
        (
            compatible_s3(["n", "b", "a", "s", ""]).into(),
            "endpoint",
            empty,
        ),
        (
            cloudinary_backup(["n", "b", "", ""]).into(),
            "access_key",
            empty,
        ),
        (web_folder(["n", ""]).into(), "base_url", empty),
        (gcs(["n", "b", "", "k"]).into(), "client_email", empty),
        (gcs(["n", "b", "e", ""]).into(), "private_key", empty),
        (azure_blob(["n", "", "a", "t"]).into(), "container", empty),
        (
            azure_blob(["n", "c", &long, "t"]).into(),
            "account_name",
            too_long,
        ),
        (azure_blob(["n", "c", "a", ""]).into(), "sas_token", empty),
        (
            akeneo_pim(["n", "u", &long, "s", "n", "p"]).into(),
            "client_id",
            too_long,
        ),
        (
            akeneo_pim(["n", "u", "i", "", "n", "p"]).into(),
            "client_secret",
            empty,
        ),
        (
            akeneo_pim(["n", "u", "i", "s", "", "p"]).into(),
            "username",
            empty,
        ),
        (
            akeneo_pim(["n", "u", "i", "s", "n", &long]).into(),
            "password",
            too_long,
        ),
    ];
    let (server, ik) = answering("200 OK", "{}").await;
    let origins = ik.accounts().origins();
    for (origin, option, message) in bad {
        for error in [
            origins.create(origin.clone()).await.unwrap_err(),
            origins.update("o1", origin.clone()).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.to_string(), format!("{option}: {message}"));
        }
    }
    assert_eq!(server.requests(), []);

    // A Google key has thousands of characters.
    let key = "k".repeat(5000);
    origins
        .create(gcs(["n", "b", "me@example.com", &key]))
        .await
        .unwrap();
}

/// An origin is never refused, however little the reply says of it.
fn origin_replies() -> Vec<Value> {
    let folder = json!({
        "id": "o1", "type": "WEB_FOLDER", "name": "Folder", "includeCanonicalHeader": true,
        "baseUrlForCanonicalHeader": "https://example.com", "baseUrl": "https://example.com/images",
        "forwardHostHeaderToOrigin": false,
    });
    vec![
        folder.clone(),
        with(folder.clone(), "brandNew", json!({"x": [1, null]})),
        with(folder.clone(), "baseUrlForCanonicalHeader", Value::Null),
        with(folder, "name", Value::Null),
        json!({
            "id": "o2", "type": "S3", "name": "My S3", "includeCanonicalHeader": false, "bucket": "bucket",
            "prefix": "", "useIAMRole": true,
        }),
        json!({"id": "o3", "type": "WEB_PROXY", "name": "Proxy", "includeCanonicalHeader": false}),
        json!({"id": "o4", "type": "BRAND_NEW", "x": 1}),
        json!({"id": "o5", "type": "GCS"}),
        json!({}),
    ]
}

#[tokio::test]
async fn origins_are_kept_whole_and_by_kind() {
    assert_all_kept(
        &origin_replies(),
        |ik| {
            let origins = ik.accounts().origins();
            vec![
                reply(origins.create(WebProxyOrigin::new("n"))),
                reply(origins.get("o1")),
                reply(origins.update("o1", WebProxyOrigin::new("n"))),
            ]
        },
        |ik| vec![reply(ik.accounts().origins().list())],
    )
    .await;

    let (_server, ik) = answering("200 OK", &Value::Array(origin_replies()).to_string()).await;
    let origins = ik.accounts().origins().list().await.unwrap();
    assert!(
        matches!(&origins[0], Origin::WebFolder(origin) if origin.base_url == "https://example.com/images")
    );
    assert!(matches!(&origins[4], Origin::S3(origin) if origin.bucket == "bucket"));
    assert!(matches!(&origins[5], Origin::WebProxy(origin) if origin.id == "o3"));
    assert!(matches!(&origins[6], Origin::Unknown(origin) if origin["type"] == "BRAND_NEW"));
}

fn endpoint() -> Value {
    json!({
        "id": "u1", "description": "Shop", "urlPrefix": "shop", "origins": ["o1", "o2"],
        "urlRewriter": {"type": "CLOUDINARY", "preserveAssetDeliveryTypes": true},
    })
}

fn endpoint_replies() -> Vec<Value> {
    vec![
        endpoint(),
        json!({"id": "u1", "description": "", "urlPrefix": "", "origins": []}),
        with(endpoint(), "brandNew", json!({"x": [1, null]})),
        with(endpoint(), "urlRewriter", Value::Null),
        with(endpoint(), "urlRewriter", json!({"type": "IMGIX", "x": 1})),
        with(endpoint(), "urlRewriter", json!({"type": "AKAMAI"})),
        with(
            endpoint(),
            "urlRewriter",
            json!({"type": "BRAND_NEW", "x": 1}),
        ),
    ]
}

#[tokio::test]
async fn url_endpoints_are_sent_as_they_are_set() {
    assert_sent(
        ("200 OK", "[]"),
        |ik| vec![call(ik.accounts().url_endpoints().list())],
        &[("GET /v1/accounts/url-endpoints", None)],
    )
    .await;
    assert_sent(
        ("200 OK", &endpoint().to_string()),
        |ik| vec![call(ik.accounts().url_endpoints().get(ODD_ID))],
        &[("GET /v1/accounts/url-endpoints/a:b,c;x=1~y", None)],
    )
    .await;

    /// Creations and replacements with one setting each.
    macro_rules! both {
        ($endpoints:ident $($setting:ident($value:expr))*) => {
            vec![
                call($endpoints.create("d")),
                call($endpoints.update("a:b", "d")),
                $(
                    call($endpoints.create("d").$setting($value)),
                    call($endpoints.update("a:b", "d").$setting($value)),
                )*
            ]
        };
    }
    let prefix = "a-".repeat(50);
    let ids: Vec<String> = (0..10).map(|n| format!("o{n}")).collect();
    let bodies = [
        json!({"description": "d"}),
        json!({"description": "d", "urlPrefix": prefix}),
        json!({"description": "d", "urlPrefix": ""}),
        json!({"description": "d", "origins": ids}),
        json!({"description": "d", "origins": []}),
        json!({"description": "d", "urlRewriter": {"type": "CLOUDINARY"}}),
        json!({
            "description": "d",
            "urlRewriter": {"type": "CLOUDINARY", "preserveAssetDeliveryTypes": true},
        }),
        json!({"description": "d", "urlRewriter": {"type": "IMGIX"}}),
        json!({"description": "d", "urlRewriter": {"type": "AKAMAI"}}),
        json!({"description": "d", "urlRewriter": {"type": "NEW"}}),
    ];
    let (create, update) = (
        "POST /v1/accounts/url-endpoints",
        "PUT /v1/accounts/url-endpoints/a:b",
    );
    let expected: Vec<_> = bodies
        .into_iter()
        .flat_map(|body| [(create, Some(body.clone())), (update, Some(body))])
        .collect();
    assert_sent(
        ("200 OK", &endpoint().to_string()),
        |ik| {
            let endpoints = ik.accounts().url_endpoints();
            let mut preserving = CloudinaryUrlRewriter::new();
            preserving.preserve_asset_delivery_types = true.into();
            both! { endpoints
                url_prefix("a-".repeat(50))
                url_prefix("")
                origins((0..10).map(|n| format!("o{n}")))
                origins(Vec::<String>::new())
                url_rewriter(CloudinaryUrlRewriter::new())
                url_rewriter(preserving.clone())
                url_rewriter(ImgixUrlRewriter::new())
                url_rewriter(AkamaiUrlRewriter::new())
                url_rewriter(UrlRewriter::Unknown(json!({"type": "NEW"})))
            }
        },
        &expected,
    )
    .await;
}

#[tokio::test]
async fn bad_url_endpoints_are_refused_before_the_request() {
    assert_refused(
        |ik| {
            let endpoints = ik.accounts().url_endpoints();
            let eleven = || (0..11).map(|n| format!("o{n}"));
            let long = |length| "ü".repeat(length);
            vec![
                call(endpoints.create("")),
                call(endpoints.update("u1", "")),
                call(endpoints.create(long(1001))),
                call(endpoints.update("u1", long(1001))),
                call(endpoints.create("d").url_prefix(long(101))),
                call(endpoints.update("u1", "d").url_prefix(long(101))),
                call(endpoints.create("d").origins(eleven())),
                call(endpoints.update("u1", "d").origins(eleven())),
            ]
        },
        &[
            "description: is empty; say what the endpoint is for",
            "description: is empty; say what the endpoint is for",
            "description: has 1001 characters; at most 1000 are allowed",
            "description: has 1001 characters; at most 1000 are allowed",
            "url_prefix: has 101 characters; at most 100 are allowed",
            "url_prefix: has 101 characters; at most 100 are allowed",
            "origins: has 11 ids; an endpoint takes at most 10 origins",
            "origins: has 11 ids; an endpoint takes at most 10 origins",
        ],
    )
    .await;
}

#[tokio::test]
async fn url_endpoints_are_kept_whole() {
    assert_all_kept(
        &endpoint_replies(),
        |ik| {
            let endpoints = ik.accounts().url_endpoints();
            vec![
                reply(endpoints.create("d".repeat(1000))),
                reply(endpoints.get("u1")),
                reply(endpoints.update("u1", "d")),
            ]
        },
        |ik| vec![reply(ik.accounts().url_endpoints().list())],
    )
    .await;
}

fn webhook() -> Value {
    json!({
        "id": "w1", "endpoint": "https://example.com/imagekit", "events": ["file.created", "upload.pre-transform.error"],
        "enabled": true, "secret": "whsec_dGVzdA==", "createdAt": "2026-05-04T10:20:30.456Z",
        "updatedAt": "2026-05-05T10:20:30.456Z",
    })
}

fn webhook_replies() -> Vec<Value> {
    vec![
        webhook(),
        with(webhook(), "events", json!([])),
        with(webhook(), "events", json!(["file.created", "brand.new"])),
        with(webhook(), "brandNew", json!({"x": [1, null]})),
    ]
}

#[tokio::test]
async fn webhooks_are_sent_as_they_are_set() {
    assert_sent(
        ("200 OK", "[]"),
        |ik| vec![call(ik.accounts().webhooks().list())],
        &[("GET /v1/accounts/webhooks", None)],
    )
    .await;
    let (create, update) = (
        "POST /v1/accounts/webhooks",
        "PATCH /v1/accounts/webhooks/a:b",
    );
    assert_sent(
        ("200 OK", &webhook().to_string()),
        |ik| {
            let webhooks = ik.accounts().webhooks();
            let none: [WebhookEventType; 0] = [];
            vec![
                call(webhooks.get(ODD_ID)),
                call(webhooks.create(ENDPOINT, ["file.created", "brand.new"])),
                call(
                    webhooks
                        .create(ENDPOINT, [WebhookEventType::FileCreated])
                        .enabled(true),
                ),
                call(webhooks.create(ENDPOINT, none.clone()).enabled(false)),
                call(webhooks.update("a:b").endpoint("http://example.com:8080/x")),
                call(webhooks.update("a:b").events(["folder.deleted"])),
                call(webhooks.update("a:b").events(none)),
                call(webhooks.update("a:b").enabled(true)),
                call(webhooks.update("a:b").enabled(false)),
            ]
        },
        &[
            ("GET /v1/accounts/webhooks/a:b,c;x=1~y", None),
            (
                create,
                Some(json!({"endpoint": ENDPOINT, "events": ["file.created", "brand.new"]})),
            ),
            (
                create,
                Some(json!({"endpoint": ENDPOINT, "events": ["file.created"], "enabled": true})),
            ),
            (
                create,
                Some(json!({"endpoint": ENDPOINT, "events": [], "enabled": false})),
            ),
            (
                update,
                Some(json!({"endpoint": "http://example.com:8080/x"})),
            ),
            (update, Some(json!({"events": ["folder.deleted"]}))),
            (update, Some(json!({"events": []}))),
            (update, Some(json!({"enabled": true}))),
            (update, Some(json!({"enabled": false}))),
        ],
    )
    .await;
}

#[tokio::test]
async fn bad_webhooks_are_refused_before_the_request() {
    assert_refused(
        |ik| {
            let webhooks = ik.accounts().webhooks();
            vec![
                call(webhooks.create("", ["file.created"])),
                call(webhooks.create("example.com/x", ["file.created"])),
                call(webhooks.update("w1").endpoint("ftp://example.com")),
            ]
        },
        &[
            "endpoint: `` is not an http or https URL; give a complete one, such as https://example.com/imagekit",
            "endpoint: `example.com/x` is not an http or https URL; give a complete one, such as https://example.com/imagekit",
            "endpoint: `ftp://example.com` is not an http or https URL; give a complete one, such as https://example.com/imagekit",
        ],
    )
    .await;
}

#[tokio::test]
async fn webhooks_are_kept_whole_with_their_secret() {
    assert_all_kept(
        &webhook_replies(),
        |ik| {
            let webhooks = ik.accounts().webhooks();
            vec![
                reply(webhooks.create(ENDPOINT, ["file.created"])),
                reply(webhooks.get("w1")),
                reply(webhooks.update("w1").enabled(true)),
            ]
        },
        |ik| vec![reply(ik.accounts().webhooks().list())],
    )
    .await;

    let (_server, ik) = answering("201 Created", &webhook().to_string()).await;
    let events = [WebhookEventType::FileCreated];
    let webhook = ik
        .accounts()
        .webhooks()
        .create(ENDPOINT, events)
        .await
        .unwrap();
    assert_eq!(webhook.secret, "whsec_dGVzdA==");
    assert_eq!(webhook.events[0], WebhookEventType::FileCreated);
}
