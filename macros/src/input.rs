//! The function that an attribute stands on.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Block, Signature, Token, Visibility};

/// A function, wherever it stands: free, in an `impl`, or in a trait.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

/// What follows the signature.
pub(crate) enum Body {
    /// A declaration in a trait.
    Missing(Token![;]),
    /// Not yet parsed: where it has a syntax error, the signature can still be kept.
    Braced(Group),
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let defaultness = input.parse()?;
        let sig = input.parse()?;
        let body = if input.peek(Token![;]) {
            Body::Missing(input.parse()?)
        } else {
            let tree = input.parse()?;
            match braced(tree) {
                Ok(group) => Body::Braced(group),
                Err(other) => {
                    return Err(syn::Error::new_spanned(other, "expected the function's body"));
                }
            }
        };
        Ok(Self { attrs, vis, defaultness, sig, body })
    }
}

/// The body as a macro by example passes it on (`$body:block`) is in a group without delimiters.
fn braced(tree: TokenTree) -> Result<Group, TokenTree> {
    let TokenTree::Group(group) = tree else { return Err(tree) };
    match group.delimiter() {
        Delimiter::Brace => Ok(group),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            match (inside.next(), inside.next()) {
                (Some(only), None) => braced(only),
                _ => Err(TokenTree::Group(group)),
            }
        }
        Delimiter::Parenthesis | Delimiter::Bracket => Err(TokenTree::Group(group)),
    }
}

impl Function {
    /// Parses the body into statements; its inner attributes join those of the function.
    pub(crate) fn parse_body(&mut self) -> syn::Result<Option<Block>> {
        let Body::Braced(group) = &self.body else { return Ok(None) };
        let parse = |input: ParseStream<'_>| {
            let inner = input.call(Attribute::parse_inner)?;
            Ok((inner, input.call(Block::parse_within)?))
        };
        let (inner, stmts) = parse.parse2(group.stream())?;
        let outer =
            inner.into_iter().map(|attr| Attribute { style: syn::AttrStyle::Outer, ..attr });
        self.attrs.extend(outer);
        Ok(Some(Block { brace_token: syn::token::Brace { span: group.delim_span() }, stmts }))
    }

    /// The function with another body.
    pub(crate) fn with_body(&self, body: &impl ToTokens) -> TokenStream {
        let Self { attrs, vis, defaultness, sig, .. } = self;
        let mut tokens = TokenStream::new();
        tokens.append_all(attrs);
        vis.to_tokens(&mut tokens);
        defaultness.to_tokens(&mut tokens);
        sig.to_tokens(&mut tokens);
        body.to_tokens(&mut tokens);
        tokens
    }
}

/// Says what to do about an item that is no function, at the token that shows it.
pub(crate) fn not_a_function(item: &TokenStream, attribute: &str, error: syn::Error) -> syn::Error {
    let Ok(parsed) = syn::parse2::<syn::Item>(item.clone()) else { return error };
    let (token, hint): (&dyn ToTokens, &str) = match &parsed {
        syn::Item::Impl(it) => {
            (&it.impl_token, "; mark the methods that are coroutines, one by one")
        }
        syn::Item::Trait(it) => {
            (&it.trait_token, "; mark the methods that are coroutines, one by one")
        }
        syn::Item::Mod(it) => {
            (&it.mod_token, "; mark the functions that are coroutines, one by one")
        }
        syn::Item::Struct(it) => (&it.struct_token, ""),
        syn::Item::Enum(it) => (&it.enum_token, ""),
        syn::Item::Const(it) => (&it.const_token, ""),
        syn::Item::Static(it) => (&it.static_token, ""),
        _ => (&parsed, ""),
    };
    let message = format!("`#[coweave::{attribute}]` goes on a function{hint}");
    syn::Error::new_spanned(token, message)
}
