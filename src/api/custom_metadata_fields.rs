//! Fields of custom metadata. Start with
//! [`ImageKit::custom_metadata_fields`](crate::ImageKit::custom_metadata_fields).

use crate::client::Http;
use crate::raw::types::{
    CreateCustomMetadataFieldSchema, CreateNewFieldRequest, CreateNewFieldResponse,
    ListAllFieldsResponse, UpdateCustomMetadataFieldSchema, UpdateExistingFieldRequest,
    UpdateExistingFieldResponse, required,
};
use crate::types::field_schema;
use crate::validate::{check_changes, check_filled, check_id, check_length};

/// The fields of custom metadata.
///
/// [`ImageKit::custom_metadata_fields`](crate::ImageKit::custom_metadata_fields) returns it.
#[derive(Clone, Debug)]
pub struct CustomMetadataFields {
    http: Http,
}

impl CustomMetadataFields {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists the custom metadata fields of the account.
    ///
    /// `.await` returns a `Vec` of [`CustomMetadataField`](crate::types::CustomMetadataField).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/list-all-fields)
    #[doc(alias = "get_custom_metadata_fields")]
    pub fn list(&self) -> ListCustomMetadataFields {
        ListCustomMetadataFields::new(&self.http, None, None)
    }

    /// Defines a field, so that files can have a value for it.
    ///
    /// `name` is the key in the custom metadata of files. `label` is what the media library shows.
    /// `schema` is a [`FieldSchema`](crate::types::FieldSchema), or the generated type for what
    /// that does not cover. Neither the name nor the type of the schema can be changed later. The
    /// name can't be used again, even after the field is deleted.
    ///
    /// `.await` returns the new [`CustomMetadataField`](crate::types::CustomMetadataField).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name or label, a description
    ///   that is too long, and a schema that contradicts itself or lacks select options.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/create-new-field)
    #[doc(alias = "create_custom_metadata_fields")]
    pub fn create(
        &self,
        name: impl Into<String>,
        label: impl Into<String>,
        schema: impl Into<CreateCustomMetadataFieldSchema>,
    ) -> CreateCustomMetadataField {
        CreateCustomMetadataField::new(&self.http, name.into(), label.into(), schema.into(), None)
    }

    /// Changes the label, the schema or the description of a field: at least one of them. What is
    /// not set stays as it is.
    ///
    /// `.await` returns the changed [`CustomMetadataField`](crate::types::CustomMetadataField).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for an empty label, a description
    ///   that is too long, and a schema that contradicts itself.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no field has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/update-existing-field)
    #[doc(alias = "update_custom_metadata_fields")]
    pub fn update(&self, id: impl Into<String>) -> UpdateCustomMetadataField {
        UpdateCustomMetadataField::new(&self.http, id.into(), None, None, None)
    }

    /// Deletes a field. This cannot be undone, and its name cannot be used again.
    ///
    /// The API refuses to delete a [`reserved`](crate::types::CustomMetadataField::reserved) field,
    /// and a field that a path policy uses.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no field has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/delete-a-field)
    #[doc(alias = "delete_custom_metadata_field")]
    pub fn delete(&self, id: impl Into<String>) -> DeleteCustomMetadataField {
        let id = id.into();
        DeleteCustomMetadataField::new(&self.http, id)
    }
}

/// Options of a list of fields.
impl ListCustomMetadataFields {
    /// Lists deleted fields as well. The server's default is false.
    pub fn include_deleted(mut self, include: bool) -> Self {
        self.include_deleted = Some(include);
        self
    }

    /// Lists only fields that apply to files in this folder, by the path policies of the account.
    pub fn folder_path(mut self, path: impl Into<String>) -> Self {
        self.folder_path = Some(path.into());
        self
    }
}

operation! {
    /// Lists the custom metadata fields of the account.
    ///
    /// Created by [`ik.custom_metadata_fields().list()`](CustomMetadataFields::list).
    ///
    /// `.await` returns a `Vec` of [`CustomMetadataField`](crate::types::CustomMetadataField).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/list-all-fields)
    ListCustomMetadataFields { include_deleted: Option<bool>, folder_path: Option<String> }
    LIST_ALL_FIELDS -> ListAllFieldsResponse, repeatable: true,
    send: |call, client| {
        let mut request = client.list_all_fields();
        if let Some(include) = call.include_deleted {
            request = request.include_deleted(include);
        }
        if let Some(path) = &call.folder_path {
            request = request.folder_path(path);
        }
        request.send().await
    },
}

/// Options of a new field.
impl CreateCustomMetadataField {
    /// Sets a description of the field, at most 500 characters.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

operation! {
    /// Defines a field, so that files can have a value for it.
    ///
    /// Created by [`ik.custom_metadata_fields().create(name, label,
    /// schema)`](CustomMetadataFields::create).
    ///
    /// `.await` returns the new [`CustomMetadataField`](crate::types::CustomMetadataField).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty name or label, a description
    ///   that is too long, and a schema that contradicts itself or lacks select options.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/create-new-field)
    CreateCustomMetadataField { name: String, label: String, schema: CreateCustomMetadataFieldSchema, description: Option<String> }
    CREATE_NEW_FIELD -> CreateNewFieldResponse, repeatable: false,
    check: |call| {
        check_filled("name", &call.name, "give the key of the field, such as `price`")?;
        check_filled("label", &call.label, "give what the media library shows, such as `Price`")?;
        field_schema::check_new(&call.schema)?;
        check_length(
            "description",
            call.description.as_deref().unwrap_or_default(),
            500,
        )
    },
    send: |call, client| {
        let mut body = CreateNewFieldRequest::new(required::CreateNewFieldRequest {
            name: call.name.clone(),
            label: call.label.clone(),
            schema: call.schema.clone(),
        });
        if let Some(description) = &call.description {
            body.description = description.clone().into();
        }
        client.create_new_field().body(body).send().await
    },
}

/// Changes to a field.
impl UpdateCustomMetadataField {
    /// Sets the label that the media library shows.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the rules for values: a [`FieldSchema`](crate::types::FieldSchema) of the type of the
    /// field, or the generated type. The type itself is not sent, because it cannot be changed.
    pub fn schema(mut self, schema: impl Into<UpdateCustomMetadataFieldSchema>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Sets the description of the field, at most 500 characters. An empty one removes it.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

operation! {
    /// Changes the label, the schema or the description of a field: at least one of them. What is
    /// not set stays as it is.
    ///
    /// Created by [`ik.custom_metadata_fields().update(id)`](CustomMetadataFields::update).
    ///
    /// `.await` returns the changed [`CustomMetadataField`](crate::types::CustomMetadataField).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for an empty label, a description
    ///   that is too long, and a schema that contradicts itself.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no field has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/update-existing-field)
    UpdateCustomMetadataField { id: String, label: Option<String>, schema: Option<UpdateCustomMetadataFieldSchema>, description: Option<String> }
    UPDATE_EXISTING_FIELD -> UpdateExistingFieldResponse,
    repeatable: true,
    check: |call| {
        check_id("id", &call.id)?;
        let is_set = call.label.is_some() || call.schema.is_some() || call.description.is_some();
        check_changes(is_set || call.options.has_extra_body(), "`label`, `schema` and `description`")?;
        if let Some(label) = &call.label {
            check_filled("label", label, "give what the media library shows, such as `Price`")?;
        }
        if let Some(schema) = &call.schema {
            field_schema::check_rules(schema)?;
        }
        check_length(
            "description",
            call.description.as_deref().unwrap_or_default(),
            500,
        )
    },
    send: |call, client| {
        let mut body = UpdateExistingFieldRequest::new();
        if let Some(label) = &call.label {
            body.label = label.clone().into();
        }
        if let Some(schema) = &call.schema {
            body.schema = schema.clone().into();
        }
        if let Some(description) = &call.description {
            body.description = description.clone().into();
        }
        client.update_existing_field().id(&call.id).body(body).send().await
    },
}

operation! {
    /// Deletes a field. This cannot be undone, and its name cannot be used again.
    ///
    /// Created by [`ik.custom_metadata_fields().delete(id)`](CustomMetadataFields::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no field has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/digital-asset-management-dam/custom-metadata-fields/delete-a-field)
    DeleteCustomMetadataField { id: String }
    DELETE_A_FIELD -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_a_field().id(&call.id).send().await?.map(|_| ()),
}
