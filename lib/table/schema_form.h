/*
 * schema_form.h - templates of dialects and of the catalogue's texts, between the schema's files.
 */
#ifndef ERRNORM_TABLE_SCHEMA_FORM_H
#define ERRNORM_TABLE_SCHEMA_FORM_H

#include "schema.h"

/* What a template is for says which names it may use. */
enum en_template_use {
	EN_TEMPLATE_FORM, /* a body or header: all names, but an object is no text */
	EN_TEMPLATE_TEXT, /* the catalogue: brackets mean something */
	EN_TEMPLATE_LINK, /* doc_url: what is known before the message */
};

/* A text in which {name} stands for a value; len EN_NONE after a complaint. */
struct en_text en_schema_template(struct en_schema *schema, const struct en_node *node, enum en_template_use use);

/* An object of such texts: its number in draft->forms, or EN_NONE. Its own key is not kept. */
uint32_t en_schema_form(struct en_schema *schema, const struct en_node *node);

#endif
