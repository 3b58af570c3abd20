//! What works on targets without a clock and without randomness.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::client_auth::authentication_parameters_at;
use crate::platform::bare::on_a_bare_target;
use crate::url::{TransformationPosition, UrlOptions, Verification};
use crate::webhook::VerifyError;
use crate::{Error, ErrorKind, ImageKit, Transformation};

fn client() -> ImageKit {
    ImageKit::builder()
        .url_endpoint("https://ik.imagekit.io/demo")
        .private_key("private_key_test")
        .public_key("public_key_test")
        .build()
        .unwrap()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn what_needs_no_expiry_needs_no_clock() {
    on_a_bare_target(|| -> Result<(), Error> {
        let ik = client();
        let url = ik.url("a.jpg").transform(Transformation::new().width(1));
        assert_eq!(url.build()?, "https://ik.imagekit.io/demo/tr:w-1/a.jpg");
        url.write_to(&mut String::new())?;
        let signed = url.clone().signed(true);
        assert_eq!(signed.build()?, signed.prepare()?.build());
        assert_eq!(signed.prepare()?.to_string(), signed.build()?);
        let image = signed.responsive().width(100).build()?;
        assert_eq!(
            ik.verify(&image.src)?,
            Verification::Valid { expires_at: None }
        );

        let expires_at = at(1_700_000_300);
        let absolute = ik.url("a.jpg").expires_at(expires_at);
        assert_eq!(absolute.build()?, absolute.prepare()?.build());
        absolute.responsive().build()?;
        let relative = ik.url("a.jpg").expires_in(Duration::from_secs(300));
        let now = at(1_700_000_000);
        let expiring = relative.build_at(now)?;
        relative.write_to_at(&mut String::new(), now)?;
        relative.responsive().build_at(now)?;
        assert_eq!(
            ik.verify_at(&expiring, now)?,
            Verification::Valid {
                expires_at: Some(expires_at)
            }
        );
        // Neither an unsigned nor a wrong URL makes the expiry matter.
        assert_eq!(
            ik.verify("https://ik.imagekit.io/demo/a.jpg")?,
            Verification::Unsigned
        );
        assert_eq!(
            ik.verify(&expiring.replace("a.jpg", "b.jpg"))?,
            Verification::Invalid
        );
        ik.parse(&expiring)?;
        UrlOptions::default().transformation_string()?;

        let parameters = ik
            .authentication_parameters()
            .token("t")
            .expires_at(at(1_700_000_001));
        assert_eq!(parameters.build_at(now)?.expire, 1_700_000_001);
        authentication_parameters_at("key", Some("t"), Some(1_700_000_001), now)?;
        Ok(())
    })
    .unwrap();
}

#[test]
fn what_needs_a_clock_or_randomness_says_so() {
    on_a_bare_target(|| -> Result<(), Error> {
        let ik = client();
        let now = at(1_700_000_000);
        let lifetime = Duration::from_secs(300);
        let relative = ik.url("a.jpg").expires_in(lifetime);
        let expiring = relative.build_at(now)?;
        let mut buffer = "kept".to_owned();
        let parameters = || ik.authentication_parameters();
        for (option, refused) in [
            ("now", relative.build().err()),
            ("now", relative.prepare().err()),
            ("now", relative.write_to(&mut buffer).err()),
            ("now", relative.responsive().build().err()),
            ("now", ik.verify(&expiring).err()),
            ("now", parameters().token("t").build().err()),
            ("now", ik.upload_token("a.jpg").build().err()),
            ("token", parameters().build_at(now).err()),
            (
                "token",
                authentication_parameters_at("key", None, Some(1), now).err(),
            ),
            ("token", ik.upload_token("a.jpg").build_at(now).err()),
        ] {
            let error = refused.expect("an error");
            assert_eq!(
                (error.kind(), error.argument()),
                (ErrorKind::InvalidInput, Some(option))
            );
            assert!(error.to_string().contains("feature `js`"), "{error}");
        }
        assert_eq!(buffer, "kept");
        Ok(())
    })
    .unwrap();
}

#[test]
fn webhooks_are_verified_as_of_a_given_time() {
    on_a_bare_target(|| -> Result<(), Error> {
        let ik = ImageKit::builder().webhook_secret("whsec_x").build()?;
        let headers = [("x-ik-signature", "t=1700000000000,v1=00")];
        let verified = ik.webhooks().verify_at(headers, b"", at(1_700_000_000));
        assert!(matches!(verified, Err(VerifyError::SignatureMismatch)));
        match ik.webhooks().verify(headers, b"") {
            Err(VerifyError::Setup(error)) => assert_eq!(error.argument(), Some("now")),
            other => panic!("{other:?}"),
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn one_responsive_image_has_one_time() {
    let ik = client();
    let url = ik
        .url("a.jpg")
        .transformation_position(TransformationPosition::Query)
        .expires_in(Duration::from_secs(300));
    let image = url.responsive().build().unwrap();
    let expiries: std::collections::BTreeSet<_> = image
        .srcset
        .split(", ")
        .map(|candidate| {
            let url = candidate.split(' ').next().unwrap();
            url.parse::<crate::url::ImageKitUrl>().unwrap().expires_at()
        })
        .collect();
    assert_eq!(expiries.len(), 1);
    assert!(!expiries.contains(&None));
}
