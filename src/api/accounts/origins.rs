use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    CreateOriginResponse, GetOriginResponse, ListOriginsResponse, OriginRequest,
    UpdateOriginResponse,
};
use crate::validate::{check_filled, check_id, check_length, excerpt};

/// The storages and web servers from which ImageKit fetches originals (beta).
///
/// [`Accounts::origins`](super::Accounts::origins) returns it. An origin is one of the types of
/// [`types`](crate::types) whose name ends in `Origin`, such as
/// [`S3Origin`](crate::types::S3Origin). A kind that this crate doesn't know yet can be sent as
/// [`OriginRequest::Unknown`]. Responses never contain credentials, and `Debug` of requests leaves
/// them out.
#[derive(Clone, Debug)]
pub struct Origins {
    http: Http,
}

impl Origins {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists all origins of the account (beta).
    ///
    /// `.await` returns a `Vec` of [`Origin`](crate::types::Origin).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/list-origins)
    pub fn list(&self) -> ListOrigins {
        ListOrigins::new(&self.http)
    }

    /// Adds an origin (beta). It delivers nothing until a URL endpoint names its id.
    ///
    /// ImageKit reads an S3 bucket, including one with a Cloudinary backup, with an access key. If
    /// `use_iam_role` is true, the access key and the secret key are empty strings.
    ///
    /// `.await` returns the new [`Origin`](crate::types::Origin).
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit, secret: String) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::{S3Origin, required};
    ///
    /// let origin = S3Origin::new(required::S3Origin {
    ///     name: "Archive".to_owned(),
    ///     bucket: "my-bucket".to_owned(),
    ///     access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
    ///     secret_key: secret,
    /// });
    /// let origin = origin.prefix("images");
    /// ik.accounts().origins().create(origin).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a property that is empty or too long,
    ///   and for a name with characters other than letters from A to Z, digits and spaces.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/create-origin)
    pub fn create(&self, origin: impl Into<OriginRequest>) -> CreateOrigin {
        let origin = origin.into();
        CreateOrigin::new(&self.http, origin)
    }

    /// Returns one origin (beta).
    ///
    /// `.await` returns [`Origin`](crate::types::Origin).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no origin has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/get-origin)
    pub fn get(&self, id: impl Into<String>) -> GetOrigin {
        GetOrigin::new(&self.http, id.into())
    }

    /// Replaces an origin (beta). Set all properties again, including credentials: a property that
    /// is not set gets its default.
    ///
    /// `.await` returns the changed [`Origin`](crate::types::Origin).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also for an origin that [`create`](Origins::create) refuses.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no origin has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/update-origin)
    pub fn update(&self, id: impl Into<String>, origin: impl Into<OriginRequest>) -> UpdateOrigin {
        let (id, origin) = (id.into(), origin.into());
        UpdateOrigin::new(&self.http, id, origin)
    }

    /// Deletes an origin for good (beta).
    ///
    /// The API refuses to delete an origin that a URL endpoint uses.
    /// [Update](super::url_endpoints::UrlEndpoints::update) the endpoint first.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no origin has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/delete-origin)
    pub fn delete(&self, id: impl Into<String>) -> DeleteOrigin {
        DeleteOrigin::new(&self.http, id.into())
    }
}

/// Refuses properties that no origin of a known kind may have. Messages show the name alone,
/// because most other values are credentials.
fn check(origin: &OriginRequest) -> Result<(), Error> {
    match origin {
        OriginRequest::S3(origin) => {
            check_bucket(&origin.name, &origin.bucket, origin.prefix.as_ref())?;
            check_keys(
                origin.use_iam_role.as_ref() == Some(&true),
                &origin.access_key,
                &origin.secret_key,
            )
        }
        OriginRequest::CloudinaryBackup(origin) => {
            check_bucket(&origin.name, &origin.bucket, origin.prefix.as_ref())?;
            check_keys(
                origin.use_iam_role.as_ref() == Some(&true),
                &origin.access_key,
                &origin.secret_key,
            )
        }
        OriginRequest::S3Compatible(origin) => {
            check_bucket(&origin.name, &origin.bucket, origin.prefix.as_ref())?;
            check_keys(false, &origin.access_key, &origin.secret_key)?;
            check_filled("endpoint", &origin.endpoint, NEEDED)
        }
        OriginRequest::Gcs(origin) => {
            check_bucket(&origin.name, &origin.bucket, origin.prefix.as_ref())?;
            check_filled("private_key", &origin.private_key, NEEDED)?;
            check_email(&origin.client_email)
        }
        OriginRequest::AzureBlob(origin) => {
            check_name(&origin.name)?;
            check_short("container", &origin.container)?;
            check_prefix(origin.prefix.as_ref())?;
            check_short("account_name", &origin.account_name)?;
            check_filled("sas_token", &origin.sas_token, NEEDED)
        }
        OriginRequest::AkeneoPim(origin) => {
            check_name(&origin.name)?;
            check_short("client_id", &origin.client_id)?;
            check_short("client_secret", &origin.client_secret)?;
            check_short("username", &origin.username)?;
            check_short("password", &origin.password)?;
            check_filled("base_url", &origin.base_url, NEEDED)
        }
        OriginRequest::WebFolder(origin) => {
            check_name(&origin.name)?;
            check_filled("base_url", &origin.base_url, NEEDED)
        }
        OriginRequest::WebProxy(origin) => check_name(&origin.name),
        _ => Ok(()),
    }
}

/// What an error says about an empty property.
const NEEDED: &str = "an origin of this kind needs it";

/// A property of 1 to 100 characters.
fn check_short(argument: &'static str, value: &str) -> Result<(), Error> {
    check_filled(argument, value, NEEDED)?;
    check_length(argument, value, 100)
}

fn check_bucket(name: &str, bucket: &str, prefix: Option<&String>) -> Result<(), Error> {
    check_name(name)?;
    check_short("bucket", bucket)?;
    check_prefix(prefix)
}

fn check_prefix(prefix: Option<&String>) -> Result<(), Error> {
    check_length("prefix", prefix.map_or("", String::as_str), 100)
}

/// A bucket that is read through a role has no keys.
fn check_keys(has_role: bool, access_key: &str, secret_key: &str) -> Result<(), Error> {
    for (argument, key) in [("access_key", access_key), ("secret_key", secret_key)] {
        if !(has_role && key.is_empty()) {
            check_short(argument, key)?;
        }
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), Error> {
    check_short("name", name)?;
    if is_name(name) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "name",
        format!(
            "`{}` is not a valid name; use letters from A to Z, digits and spaces",
            excerpt(name)
        ),
    ))
}

fn check_email(email: &str) -> Result<(), Error> {
    check_filled("client_email", email, NEEDED)?;
    if is_email(email) {
        return Ok(());
    }
    Err(Error::invalid_input(
        "client_email",
        "is not a valid e-mail address; give that of the service account",
    ))
}

fn is_name(name: &str) -> bool {
    name.chars()
        .all(|char| char.is_ascii_alphanumeric() || char == ' ')
}

/// Whether the document's pattern for e-mail addresses matches.
fn is_email(address: &str) -> bool {
    let Some((user, host)) = address.rsplit_once('@') else {
        return false;
    };
    let Some((_, top)) = host.rsplit_once('.') else {
        return false;
    };
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"_'+-.".contains(&byte);
    let is_label = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_alphanumeric())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    !user.is_empty()
        && user.bytes().all(is_user)
        && !user.starts_with('.')
        && !user.ends_with(['.', '\''])
        && !user.contains("..")
        && host.split('.').all(is_label)
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
}

operation! {
    /// Lists all origins of the account (beta).
    ///
    /// Created by [`ik.accounts().origins().list()`](Origins::list).
    ///
    /// `.await` returns a `Vec` of [`Origin`](crate::types::Origin).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/list-origins)
    ListOrigins {  }
    LIST_ORIGINS -> ListOriginsResponse, repeatable: true,
    send: |_call, client| client.list_origins().send().await,
}

operation! {
    /// Adds an origin (beta). It delivers nothing until a URL endpoint names its id.
    ///
    /// Created by [`ik.accounts().origins().create(origin)`](Origins::create).
    ///
    /// `.await` returns the new [`Origin`](crate::types::Origin).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a property that is empty or too long,
    ///   and for a name with characters other than letters from A to Z, digits and spaces.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/create-origin)
    CreateOrigin { origin: OriginRequest }
    CREATE_ORIGIN -> CreateOriginResponse, repeatable: false,
    check: |call| check(&call.origin),
    send: |call, client| client.create_origin().body(call.origin.clone()).send().await,
}

operation! {
    /// Returns one origin (beta).
    ///
    /// Created by [`ik.accounts().origins().get(id)`](Origins::get).
    ///
    /// `.await` returns [`Origin`](crate::types::Origin).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no origin has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/get-origin)
    GetOrigin { id: String }
    GET_ORIGIN -> GetOriginResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_origin().id(&call.id).send().await,
}

operation! {
    /// Replaces an origin (beta). Set all properties again, including credentials: a property that
    /// is not set gets its default.
    ///
    /// Created by [`ik.accounts().origins().update(id, origin)`](Origins::update).
    ///
    /// `.await` returns the changed [`Origin`](crate::types::Origin).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also for an origin that [`create`](Origins::create) refuses.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no origin has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/update-origin)
    UpdateOrigin { id: String, origin: OriginRequest }
    UPDATE_ORIGIN -> UpdateOriginResponse, repeatable: true,
    check: |call| check_id("id", &call.id).and_then(|()| check(&call.origin)),
    send: |call, client| client.update_origin().id(&call.id).body(call.origin.clone()).send().await,
}

operation! {
    /// Deletes an origin for good (beta).
    ///
    /// Created by [`ik.accounts().origins().delete(id)`](Origins::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no origin has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/origins/delete-origin)
    DeleteOrigin { id: String }
    DELETE_ORIGIN -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_origin().id(&call.id).send().await?.map(|_| ()),
}
