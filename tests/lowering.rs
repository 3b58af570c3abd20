#![cfg(feature = "raw")]
//! The lowering, one construct at a time: a small document for each, and what is generated from it.
//!
//! Each accepted construct has a document in `documents/constructs` and a snapshot in `snapshots/lowering`, which shows the
//! operations and types in short; the whole text is parsed, and the document goes through the generator as in `build.rs`.
//! That the generated code compiles is for `.ci/replace constructs` to show. How the types treat values that the document
//! does not know, unknown properties, nulls and odd numbers is the same for all of them: the guards prove it with the real
//! document.
//!
//! A construct that cannot be taken has its message here.
//!
//! Maps of JSON are sorted by name here, because tests see `serde_json` as users do. The build script keeps the order of the
//! document; the snapshots of the whole surface prove that.

mod document;
#[path = "../spec/generate.rs"]
mod generate;
#[path = "../spec/lower.rs"]
mod lower;

mod accepted {
    use super::document::generated::{describe_operations, describe_types, methods, operations};
    use super::{generate, lower};

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents/constructs");

    /// Does what `build.rs` does, and compares the short form of the result with the snapshot.
    fn check(name: &str) {
        let source = std::fs::read_to_string(format!("{FOLDER}/{name}.yaml")).unwrap();
        let api = lower::lower(&source).unwrap_or_else(|problem| panic!("{problem}"));
        let document = generate::document(&api);
        let mut settings = progenitor::GenerationSettings::new();
        settings.with_interface(progenitor::InterfaceStyle::Builder);
        for name in generate::replaced(&document) {
            let traits = [progenitor::TypeImpl::Display, progenitor::TypeImpl::FromStr];
            let path = format!("crate::raw::types::{name}");
            settings.with_replacement(name, path, traits.into_iter());
        }
        let openapi = serde_json::from_value(document).unwrap();
        let tokens = progenitor::Generator::new(&settings)
            .generate_tokens(&openapi)
            .unwrap();
        let client = prettyplease::unparse(&syn::parse2(tokens).unwrap());
        let table = generate::operations(&api);
        syn::parse_file(&generate::round_trips(&api)).unwrap();

        // The hooks find an operation by the name of its method.
        let known: Vec<String> = operations(&table)
            .into_iter()
            .map(|[_, name, ..]| name)
            .collect();
        for method in methods(&client) {
            assert_eq!(method.name, method.operation);
            assert!(known.contains(&method.name), "{}", method.name);
        }

        let operations = describe_operations(&client, &table);
        let types = describe_types(&generate::types(&api));
        let text = format!("{}\n\n{}", operations.trim(), types.trim());
        let mut insta = insta::Settings::clone_current();
        insta.set_snapshot_path("../snapshots/lowering");
        insta.set_prepend_module_to_snapshot(false);
        insta.set_omit_expression(true);
        insta.bind(|| insta::assert_snapshot!(name, text.trim()));
    }

    macro_rules! constructs {
        ($($(#[$doc:meta])* $name:ident: $file:ident;)*) => {
            $(
                $(#[$doc])*
                #[test]
                fn $name() {
                    check(stringify!($file));
                }
            )*

            #[test]
            fn every_construct_has_a_test() {
                let mut tested = vec![$(stringify!($file)),*];
                tested.sort_unstable();
                let mut found: Vec<String> = std::fs::read_dir(FOLDER)
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .map(|file| file.strip_suffix(".yaml").unwrap().to_owned())
                    .collect();
                found.sort_unstable();
                assert_eq!(found, tested);
            }
        };
    }

    constructs! {
        // What stops the generator when it gets the document as it is.
        version_3_1_becomes_3_0: version_3_1;
        a_version_without_quotes_is_a_version: version_as_a_number;
        version_3_0_is_taken_with_its_own_null: version_3_0;
        a_response_needs_no_description: response_without_description;
        a_type_list_with_yaml_null_is_nullable: type_list_with_yaml_null;
        bare_examples_do_not_matter: bare_examples;
        a_multipart_operation_has_types_but_no_method: multipart_body;
        /// Also the panic of the generator on several reply types.
        several_components_as_success_are_one_type: success_of_several_components;

        // What the generator takes, and gets wrong.
        inline_bodies_are_named_by_their_place: duplicated_inline_objects;
        success_bodies_are_merged_without_loss: several_success_types;
        success_bodies_that_cannot_be_merged_are_a_union: success_of_unlike_shapes;
        no_content_has_no_content: no_content_with_content;
        an_empty_reply_beside_a_body_is_readable: no_content_beside_content;
        error_bodies_are_one_lenient_type: error_bodies;
        closed_objects_under_all_of_are_one_object: all_of_closed_objects;
        properties_beside_all_of_are_kept: all_of_maps_and_objects;
        a_union_under_all_of_keeps_the_other_parts: all_of_with_a_union;
        null_and_absence_differ_in_requests: null_in_a_request;
        null_and_absence_differ_behind_a_path_reference: null_in_a_referenced_path;
        /// The guards read both arms of the real one.
        a_union_of_optional_objects_has_an_arm_for_each: union_of_optional_objects;
        a_union_of_scalars_has_typed_arms: union_of_scalars;
        /// That unknown properties are kept is in the guards.
        a_closed_reply_is_open: closed_reply;
        a_const_is_an_enum_of_one: const;
        /// That unknown values are kept is in the guards.
        enumerations_are_open: enumerations;
        /// That fractions and large sizes survive is in the tests of `Number`.
        numbers_are_lenient: numbers;
        a_path_keeps_its_server: path_level_server;
        defaults_are_not_sent: defaults;
        headers_of_replies_are_no_obstacle: response_headers;
        /// How they print is in the tests of secrets.
        secrets_are_strings: secrets;

        // Unions and discriminators.
        a_mapping_decides: discriminator_with_mapping;
        without_a_mapping_the_arms_decide: discriminator_without_mapping;
        a_constant_tells_arms_apart: union_told_apart_by_a_constant;
        unions_nest: nested_unions;
        aliases_of_one_type_do_not_collide: aliases_in_a_union;
        types_may_contain_themselves: recursion;

        // Odd places.
        webhooks_are_a_union: webhooks;
        webhooks_without_a_type_go_by_shape: webhooks_without_type;
        siblings_of_a_reference_count: reference_with_siblings;
        references_lead_anywhere: references_of_all_kinds;
        objects_without_properties_are_maps: objects_without_properties;
        vendor_extensions_mean_nothing: vendor_extensions;
        components_may_be_missing: no_components;
        anchors_and_merge_keys_work: anchors;
        prose_is_no_code: prose;

        // Names.
        any_property_name_works: names_of_properties;
        any_component_name_works: names_of_types;
        any_operation_name_works: names_of_operations;
        a_component_may_be_called_like_a_body: names_of_bodies;
        a_component_may_be_called_like_the_error_type: error_type_name_in_use;

        // Requests and replies.
        methods_of_http: methods;
        parameters_of_all_kinds: parameters;
        replies_of_all_kinds: replies;
    }
}

/// The message for a document that is refused.
fn refusal(source: &str) -> String {
    match lower::lower(source) {
        Ok(_) => panic!("taken: {source}"),
        Err(problem) => problem.to_string(),
    }
}

/// A document with one operation and one component.
fn with(operation: &str, component: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths:\n  /a/{{id}}: {{get: {operation}}}\ncomponents: {{schemas: {{A: {component}}}}}\n"
    )
}

const ID: &str = "{name: id, in: path, required: true, schema: {type: string}}";

/// The message for an operation that has these parameters beside its path parameter.
fn with_parameter(parameter: &str) -> String {
    refusal(&with(
        &format!("{{operationId: get-a, parameters: [{ID}, {parameter}]}}"),
        "{}",
    ))
}

#[track_caller]
fn assert_message(message: &str, pointer: &str, found: &str, fix: &str) {
    let expected = format!("at #{pointer}\n  found: {found}\n  fix:   {fix}");
    assert_eq!(message, expected);
}

const SYNTAX: &str = "correct the syntax, or put the published file there again";
const VERSION: &str = "use a document of OpenAPI 3.0 or 3.1";

/// `build.rs` prints these below a line with the path of the file. Its message for a file that cannot be opened is not
/// tested here: that takes a whole build.
#[test]
fn text_that_is_no_document_is_refused() {
    assert_message(&refusal(""), "", "0 YAML documents instead of one", SYNTAX);
    assert_message(
        &refusal("# nothing\n"),
        "",
        "0 YAML documents instead of one",
        SYNTAX,
    );
    assert_message(
        &refusal("a: 1\n---\nb: 2\n"),
        "",
        "2 YAML documents instead of one",
        SYNTAX,
    );
    assert_message(
        &refusal("just text"),
        "",
        "text that is not an OpenAPI object",
        SYNTAX,
    );
    assert_message(
        &refusal("{[a]: 1}"),
        "",
        "a mapping key that is not a scalar",
        SYNTAX,
    );
    let message = refusal("<html>\n<body class=\"a: b\">: [\n");
    assert!(
        message.starts_with("at #\n  found: text that is not YAML: "),
        "{message}"
    );
}

#[test]
fn other_versions_are_refused() {
    assert_message(
        &refusal("swagger: \"2.0\""),
        "/openapi",
        "version ``",
        VERSION,
    );
    assert_message(
        &refusal("openapi: 3.2.0"),
        "/openapi",
        "version `3.2.0`",
        VERSION,
    );
    assert_message(&refusal("openapi: 2"), "/openapi", "version `2`", VERSION);
}

#[test]
fn a_document_without_paths_is_refused() {
    assert_message(
        &refusal("openapi: 3.1.0\nwebhooks: {}"),
        "/paths",
        "no paths",
        "put the complete OpenAPI document there",
    );
}

#[test]
fn references_without_an_end_are_refused() {
    let component = |schema: &str| {
        refusal(&format!(
            "openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {schema}}}"
        ))
    };
    assert_message(
        &component("{A: {$dynamicRef: \"#node\"}}"),
        "/components/schemas/A",
        "a dynamic reference",
        "use `$ref` to a component",
    );
    assert_message(
        &component("{A: {type: object, properties: {b: {$ref: other.yaml#/B}}}}"),
        "/components/schemas/A/properties/b",
        "a reference to another file, `other.yaml#/B`",
        "put the referenced part under `components` of this document",
    );
    assert_message(
        &component("{A: {type: array, items: {$ref: \"#/components/schemas/B\"}}}"),
        "/components/schemas/A/items",
        "a reference to nothing, `#/components/schemas/B`",
        "add the referenced part, or correct the reference",
    );
    const NOTHING_ELSE: &str = "put an object with properties, or a union, between";
    for itself in [
        "{A: {$ref: \"#/components/schemas/A\"}}",
        "{A: {type: array, items: {$ref: \"#/components/schemas/A\"}}}",
        "{A: {type: object, additionalProperties: {$ref: \"#/components/schemas/A\"}}}",
        "{A: {$ref: \"#/components/schemas/B\"}, B: {$ref: \"#/components/schemas/A\"}}",
    ] {
        assert_message(
            &component(itself),
            "/components/schemas/A",
            "a component that contains nothing but itself",
            NOTHING_ELSE,
        );
    }
    assert_message(
        &component(
            "{A: {type: object, properties: {b: {type: array, items: {$ref: \"#/components/schemas/A/properties/b\"}}}}}",
        ),
        "/components/schemas/A/properties/b/items",
        "a reference that leads back to itself, `#/components/schemas/A/properties/b`",
        "make what it refers to a component, with an object or a union between",
    );
    assert_message(
        &component("{A: {allOf: [{$ref: \"#/components/schemas/A\"}, {type: object}]}}"),
        "/components/schemas/A/allOf/0",
        "allOf that contains itself",
        "break the circle",
    );
    assert_message(
        &refusal(&with(
            &format!("{{parameters: [{ID}, {{$ref: \"#/components/parameters/P\"}}]}}"),
            "{}",
        )),
        "/paths/~1a~1{id}/get/parameters/1",
        "a reference to nothing, `#/components/parameters/P`",
        "add the referenced part, or correct the reference",
    );
}

/// In a request body as anywhere else, the message names the place of the reference.
#[test]
fn a_broken_reference_in_a_request_is_refused_at_its_place() {
    let body =
        "{content: {application/json: {schema: {type: object, properties: {b: {$ref: b.yaml}}}}}}";
    assert_message(
        &refusal(&with(
            &format!("{{parameters: [{ID}], requestBody: {body}}}"),
            "{}",
        )),
        "/paths/~1a~1{id}/get/requestBody/content/application~1json/schema/properties/b",
        "a reference to another file, `b.yaml`",
        "put the referenced part under `components` of this document",
    );
}

#[test]
fn bodies_that_cannot_be_sent_are_refused() {
    let body = "{content: {application/x-www-form-urlencoded: {}, text/csv: {}}}";
    assert_message(
        &refusal(&with(
            &format!("{{parameters: [{ID}], requestBody: {body}}}"),
            "{}",
        )),
        "/paths/~1a~1{id}/get/requestBody/content",
        "a request body of [\"application/x-www-form-urlencoded\", \"text/csv\"]",
        "offer application/json or multipart/form-data",
    );
}

#[test]
fn replies_of_two_kinds_are_refused() {
    let replies = "{200: {content: {application/json: {}}}, 201: {content: {text/csv: {}}}}";
    assert_message(
        &refusal(&with(
            &format!("{{parameters: [{ID}], responses: {replies}}}"),
            "{}",
        )),
        "/paths/~1a~1{id}/get/responses",
        "JSON for one success status and another media type for another",
        "offer JSON for all of them",
    );
}

#[test]
fn parameters_that_cannot_be_sent_are_refused() {
    const AT: &str = "/paths/~1a~1{id}/get/parameters/1";
    let cases = [
        (
            "{name: a, in: cookie, schema: {type: string}}",
            "/in",
            "a parameter in `cookie`",
            "use path, query or header",
        ),
        (
            "{name: a, in: query, style: deepObject, schema: {type: object}}",
            "/style",
            "an object spread over several query parameters",
            "declare each of them as a parameter",
        ),
        (
            "{name: a, in: query, schema: {type: object, properties: {b: {type: string}}}}",
            "/schema",
            "an object as a parameter",
            "declare each of its properties as a parameter",
        ),
        (
            "{name: a, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}",
            "/schema/items",
            "a list of lists as a parameter",
            "use a list of plain values",
        ),
        (
            "{in: query, schema: {type: string}}",
            "",
            "a parameter without a name",
            "give it one",
        ),
        (
            "{name: a, in: query}",
            "",
            "a parameter without a schema",
            "give it one",
        ),
    ];
    for (parameter, pointer, found, fix) in cases {
        assert_message(
            &with_parameter(parameter),
            &format!("{AT}{pointer}"),
            found,
            fix,
        );
    }
    let message = refusal(&with(
        "{operationId: get-a, parameters: [{name: id, in: path, style: label, schema: {type: string}}]}",
        "{}",
    ));
    assert_message(
        &message,
        "/paths/~1a~1{id}/get/parameters/0/style",
        "a path parameter in the style `label`",
        "use the style `simple`",
    );
}

#[test]
fn parameters_of_one_name_are_refused() {
    for (parameter, wire, name) in [
        ("{name: ID, in: query, schema: {type: string}}", "ID", "id"),
        (
            "{name: send, in: query, schema: {type: string}}",
            "send",
            "send",
        ),
    ] {
        assert_message(
            &with_parameter(parameter),
            "/paths/~1a~1{id}/get/parameters",
            &format!("a parameter `{wire}`, whose name in Rust, `{name}`, is in use"),
            "take the parameter out, or give the operation in two parts",
        );
    }
}

#[test]
fn path_parameters_that_do_not_match_are_refused() {
    assert_message(
        &refusal(&with("{operationId: get-a}", "{}")),
        "/paths/~1a~1{id}/get",
        "`{id}` in the path without a parameter of that name",
        "declare it under `parameters` with `in: path`",
    );
    assert_message(
        &with_parameter("{name: other, in: path, schema: {type: string}}"),
        "/paths/~1a~1{id}/get",
        "a path parameter `other` that the path does not have",
        "correct its name, or the path",
    );
}

#[test]
fn operations_of_one_name_are_refused() {
    assert_message(
        &refusal(
            "openapi: 3.1.0\npaths: {/a: {get: {operationId: get-a}}, /b: {get: {operationId: getA}}}",
        ),
        "/paths/~1b/get/operationId",
        "`getA`, which makes the same name as `get-a`",
        "give each operation an operationId of its own",
    );
}

#[test]
fn methods_without_a_call_are_refused() {
    assert_message(
        &refusal("openapi: 3.1.0\npaths: {/a: {options: {operationId: ask-a}}}"),
        "/paths/~1a/options",
        "an operation of the method OPTIONS",
        "take it out: the generated client has no call for it",
    );
}

#[test]
fn schemas_that_say_nonsense_are_refused() {
    let component = |schema: &str| refusal(&with(&format!("{{parameters: [{ID}]}}"), schema));
    assert_message(
        &component("{type: object, properties: {b: {type: text}}}"),
        "/components/schemas/A/properties/b/type",
        "the type `text`",
        "use string, number, integer, boolean, array, object or null",
    );
    assert_message(
        &component("{type: {a: 1}}"),
        "/components/schemas/A/type",
        "a type that is no name: {\"a\":1}",
        "write the name of a type, or a list of names",
    );
    assert_message(
        &component("[1]"),
        "/components/schemas/A",
        "a schema that is no object: [1]",
        "write a schema, or `{}` for any value",
    );
    assert_message(
        &component(
            "{type: object, properties: {a: {type: string}}, oneOf: [{type: string}, {type: object}]}",
        ),
        "/components/schemas/A/oneOf/0",
        "a union with an arm that is no object, beside properties",
        "let every arm be an object, or move the properties into the arms",
    );
    assert_message(
        &component(
            "{allOf: [{type: object, properties: {a: {type: string}}, oneOf: [{type: object, properties: {b: {}}}, {type: object, properties: {c: {}}}]}, \
             {oneOf: [{type: object, properties: {d: {}}}, {type: object, properties: {e: {}}}]}]}",
        ),
        "/components/schemas/A",
        "several oneOf or anyOf that bring properties into one object",
        "give each combination a schema of its own under one oneOf",
    );
}

/// JSON is YAML, with tabs and escapes; a byte order mark and Windows line ends are no obstacle either.
#[test]
fn json_and_windows_text_are_read() {
    let json = "{\n\t\"openapi\": \"3.1.0\",\n\t\"info\": {\"title\": \"a\\/b \\u00fc \\ud83d\\ude42\"},\n\t\"paths\": {}\n}\n";
    assert_eq!(lower::lower(json).map(|api| api.title).unwrap(), "a/b ü 🙂");
    let windows = "\u{feff}openapi: 3.1.0\r\ninfo:\r\n  title: a\r\npaths: {}\r\n";
    assert_eq!(lower::lower(windows).map(|api| api.title).unwrap(), "a");
}

/// The `Debug` of each type that may hold secrets is written, and shows none.
#[test]
fn secrets_are_not_shown() {
    let source = include_str!("documents/constructs/secrets.yaml");
    let api = lower::lower(source).unwrap_or_else(|problem| panic!("{problem}"));
    let confidential: Vec<&str> = api.confidential.iter().map(String::as_str).collect();
    let expected = [
        "ApiErrorBody",
        "CreateKeyResponse",
        "KeyRequest",
        "KeyRequestNumberOrSecret",
    ];
    assert_eq!(confidential, expected);
    let marked = |id: &str| {
        let operation = api.operations.iter().find(|operation| operation.id == id);
        operation.unwrap().is_confidential
    };
    let operations = ["create-key", "get-key", "delete-key", "list-names"];
    assert_eq!(operations.map(marked), [true, false, false, false]);

    let types = generate::types(&api);
    let debug = |name: &str| {
        let start = format!("impl ::std::fmt::Debug for {name} ");
        let found = types.lines().find(|line| line.starts_with(&start));
        found.unwrap_or_else(|| panic!("{name}")).to_owned()
    };
    let request = debug("KeyRequest");
    for field in ["secret", "older", "by_name", "either", "whatever"] {
        let hidden = format!(".field(\"{field}\", &Redacted)");
        assert!(request.contains(&hidden), "{field} in {request}");
    }
    assert!(request.contains(".field(\"number_or_secret\", &self.number_or_secret)"));
    assert!(request.contains(".field(\"callback\", &self.callback.as_ref().map(RedactedUrl))"));
    assert!(request.contains(".field(\"extra\", &RedactedValues(&self.extra))"));
    let union = debug("KeyRequestNumberOrSecret");
    assert!(union.contains("Self::String(value) => f.debug_tuple(\"String\").field(&Redacted)"));
    assert!(union.contains("Self::Unknown(_) => f.debug_tuple(\"Unknown\").field(&Redacted)"));
    assert!(debug("CreateKeyResponse").contains(".field(\"id\", &Redacted)"));
    assert!(
        types.contains("#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub struct Name {")
    );
}
