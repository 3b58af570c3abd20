/// What a request does to a property that knows null: leave it, unset it or set it.
///
/// ```
/// use imagekitio::raw::types::{Change, UpdateFileRequestDetails};
///
/// let mut details = UpdateFileRequestDetails::new();
/// details.tags = Change::Unset;
/// details.custom_coordinates = "10,10,100,100".to_owned().into();
/// let body = serde_json::to_string(&details)?;
/// assert_eq!(body, r#"{"tags":null,"customCoordinates":"10,10,100,100"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Change<T> {
    /// The property is not sent.
    #[default]
    Keep,
    /// Null is sent.
    Unset,
    /// The value is sent.
    Set(T),
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}
