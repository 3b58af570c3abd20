//! Named transformations. Start with
//! [`ImageKit::named_transformations`](crate::ImageKit::named_transformations).

use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    CreateNamedTransformationRequest, CreateNamedTransformationResponse,
    GetNamedTransformationResponse, ListNamedTransformationsResponse,
    UpdateNamedTransformationRequest, UpdateNamedTransformationResponse, required,
};
use crate::url::{Preset, Transformation};
use crate::validate::{check_changes, check_filled, check_id, excerpt};

/// Transformations that are saved under a name.
///
/// [`ImageKit::named_transformations`](crate::ImageKit::named_transformations) returns it.
#[derive(Clone, Debug)]
pub struct NamedTransformations {
    http: Http,
}

impl NamedTransformations {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists all named transformations of the account.
    ///
    /// `.await` returns a `Vec` of [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn list(&self) -> ListNamedTransformations {
        ListNamedTransformations::new(&self.http)
    }

    /// Saves a transformation under a name. An account has at most 250.
    ///
    /// The name has letters from A to Z, digits and `_`. It is unique, and its case matters.
    ///
    /// `.await` returns the new [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name with characters other than
    ///   letters from A to Z, digits and `_`, and for a transformation that is empty or has values
    ///   out of range.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn create(
        &self,
        name: impl Into<String>,
        transformation: impl Into<TransformationSteps>,
    ) -> CreateNamedTransformation {
        CreateNamedTransformation::new(&self.http, name.into(), transformation.into(), None)
    }

    /// Returns one named transformation by its id.
    ///
    /// `.await` returns [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no named transformation has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn get(&self, id: impl Into<String>) -> GetNamedTransformation {
        GetNamedTransformation::new(&self.http, id.into())
    }

    /// Changes a named transformation: at least one of its settings. What is not set stays as it
    /// is.
    ///
    /// `.await` returns the changed [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for a name or a transformation that
    ///   [`create`](NamedTransformations::create) refuses.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no named transformation has the id.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if it is renamed or disabled while a setting for
    ///   uploads refers to it.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn update(&self, id: impl Into<String>) -> UpdateNamedTransformation {
        UpdateNamedTransformation::new(&self.http, id.into(), None, None, None)
    }

    /// Deletes a named transformation for good. URLs that use its name stop working.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no named transformation has the id.
    /// - [`Conflict`](crate::ErrorKind::Conflict) while a setting for uploads refers to it.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn delete(&self, id: impl Into<String>) -> DeleteNamedTransformation {
        DeleteNamedTransformation::new(&self.http, id.into())
    }
}

/// The steps of a transformation, typed or as a string.
///
/// Convert one or several [`Transformation`]s, a [`Preset`], or a string as in URLs, such as
/// `"w-300,h-200:rt-90"`. A string is sent unchecked.
#[derive(Clone, Debug, PartialEq)]
pub struct TransformationSteps(Steps);

#[derive(Clone, Debug, PartialEq)]
enum Steps {
    Text(String),
    Typed(Vec<Transformation>),
}

impl From<&str> for TransformationSteps {
    fn from(text: &str) -> Self {
        Self(Steps::Text(text.to_owned()))
    }
}

impl From<String> for TransformationSteps {
    fn from(text: String) -> Self {
        Self(Steps::Text(text))
    }
}

impl From<Transformation> for TransformationSteps {
    fn from(step: Transformation) -> Self {
        Self(Steps::Typed(vec![step]))
    }
}

impl From<&Transformation> for TransformationSteps {
    fn from(step: &Transformation) -> Self {
        step.clone().into()
    }
}

impl From<Vec<Transformation>> for TransformationSteps {
    fn from(steps: Vec<Transformation>) -> Self {
        Self(Steps::Typed(steps))
    }
}

impl From<&Preset> for TransformationSteps {
    fn from(preset: &Preset) -> Self {
        preset.transformation().clone().into()
    }
}

impl<const N: usize> From<[Transformation; N]> for TransformationSteps {
    fn from(steps: [Transformation; N]) -> Self {
        Vec::from(steps).into()
    }
}

impl TransformationSteps {
    /// Returns the steps as they are written in URLs.
    pub(crate) fn text(&self) -> String {
        match &self.0 {
            Steps::Text(text) => text.clone(),
            Steps::Typed(steps) => {
                let steps = steps.iter().map(Transformation::to_string);
                let steps: Vec<String> = steps.filter(|step| !step.is_empty()).collect();
                steps.join(":")
            }
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Steps::Typed(steps) = &self.0 {
            Preset::new(steps.iter().cloned())?;
        }
        if self.text().is_empty() {
            let message = "is empty; give at least one parameter, such as w-300";
            return Err(Error::invalid_input("transformation", message));
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    check_filled("name", name, "give letters from A to Z, digits and `_`")?;
    let valid = |char: char| char.is_ascii_alphanumeric() || char == '_';
    if !name.chars().all(valid) {
        return Err(Error::invalid_input(
            "name",
            format!(
                "`{}` is not a valid name; give letters from A to Z, digits and `_`",
                excerpt(name)
            ),
        ));
    }
    Ok(())
}

/// Options of a new named transformation.
impl CreateNamedTransformation {
    /// Enables or disables it in URLs. The server's default is true.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }
}

/// Changes to a named transformation.
impl UpdateNamedTransformation {
    /// Sets another name. URLs with the former name stop working.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets other steps, in place of all former ones.
    pub fn transformation(mut self, transformation: impl Into<TransformationSteps>) -> Self {
        self.transformation = Some(transformation.into());
        self
    }

    /// Enables or disables it in URLs.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }
}

operation! {
    /// Lists all named transformations of the account.
    ///
    /// Created by [`ik.named_transformations().list()`](NamedTransformations::list).
    ///
    /// `.await` returns a `Vec` of [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    ListNamedTransformations {  }
    LIST_NAMED_TRANSFORMATIONS -> ListNamedTransformationsResponse, repeatable: true,
    send: |_call, client| client.list_named_transformations().send().await,
}

operation! {
    /// Saves a transformation under a name. An account has at most 250.
    ///
    /// Created by [`ik.named_transformations().create(name,
    /// transformation)`](NamedTransformations::create).
    ///
    /// `.await` returns the new [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a name with characters other than
    ///   letters from A to Z, digits and `_`, and for a transformation that is empty or has values
    ///   out of range.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    CreateNamedTransformation { name: String, transformation: TransformationSteps, enabled: Option<bool> }
    CREATE_NAMED_TRANSFORMATION -> CreateNamedTransformationResponse, repeatable: false,
    check: |call| {
        check_name(&call.name)?;
        call.transformation.check()
    },
    send: |call, client| {
        let mut body = CreateNamedTransformationRequest::new(required::CreateNamedTransformationRequest {
            name: call.name.clone(),
            transformation: call.transformation.text(),
        });
        if let Some(enabled) = &call.enabled {
            body.enabled = (*enabled).into();
        }
        client.create_named_transformation().body(body).send().await
    },
}

operation! {
    /// Returns one named transformation by its id.
    ///
    /// Created by [`ik.named_transformations().get(id)`](NamedTransformations::get).
    ///
    /// `.await` returns [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no named transformation has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    GetNamedTransformation { id: String }
    GET_NAMED_TRANSFORMATION -> GetNamedTransformationResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_named_transformation().id(&call.id).send().await,
}

operation! {
    /// Changes a named transformation: at least one of its settings. What is not set stays as it
    /// is.
    ///
    /// Created by [`ik.named_transformations().update(id)`](NamedTransformations::update).
    ///
    /// `.await` returns the changed [`NamedTransformation`](crate::types::NamedTransformation).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for a name or a transformation that
    ///   [`create`](NamedTransformations::create) refuses.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no named transformation has the id.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if it is renamed or disabled while a setting for
    ///   uploads refers to it.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    UpdateNamedTransformation { id: String, name: Option<String>, transformation: Option<TransformationSteps>, enabled: Option<bool> }
    UPDATE_NAMED_TRANSFORMATION -> UpdateNamedTransformationResponse, repeatable: true,
    check: |call| {
        check_id("id", &call.id)?;
        let is_set = call.name.is_some() || call.transformation.is_some() || call.enabled.is_some();
        check_changes(is_set || call.options.has_extra_body(), "`name`, `transformation` and `enabled`")?;
        if let Some(name) = &call.name {
            check_name(name)?;
        }
        match &call.transformation {
            Some(transformation) => transformation.check(),
            None => Ok(()),
        }
    },
    send: |call, client| {
        let mut body = UpdateNamedTransformationRequest::new();
        if let Some(name) = &call.name {
            body.name = name.clone().into();
        }
        if let Some(steps) = &call.transformation {
            body.transformation = steps.text().into();
        }
        if let Some(enabled) = &call.enabled {
            body.enabled = (*enabled).into();
        }
        client.update_named_transformation().id(&call.id).body(body).send().await
    },
}

operation! {
    /// Deletes a named transformation for good. URLs that use its name stop working.
    ///
    /// Created by [`ik.named_transformations().delete(id)`](NamedTransformations::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no named transformation has the id.
    /// - [`Conflict`](crate::ErrorKind::Conflict) while a setting for uploads refers to it.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    DeleteNamedTransformation { id: String }
    DELETE_NAMED_TRANSFORMATION -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| {
        client.delete_named_transformation().id(&call.id).send().await?.map(|_| ())
    },
}
