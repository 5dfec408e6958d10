//! Writes the lowered function. With `lowering`, the only place that knows the compiler's unstable
//! syntax.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Block, ReturnType, Type};

use crate::args::{self, Args, Kind};
use crate::errors::Errors;
use crate::forward::Forward;
use crate::input::{Body, Function, not_a_function};
use crate::signature::{self, Arguments, Output, generated};
use crate::{fallback, max_frame, rewrite, unused, validate};

/// `#[coweave::coroutine(…)]`.
pub(crate) fn coroutine(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = args::parse(args, &mut errors);
    // What stands in the body is judged only where it is known what was meant.
    let is_kind_known = errors.is_empty() || !matches!(args.kind, Kind::Task);
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = not_a_function(&item, "coroutine", error).to_compile_error();
            return quote!(#error #item);
        }
    };
    validate::check(&function, &args.kind, &mut errors);
    let mut body = function.parse_body().unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    let forward = body.as_ref().and_then(|body| Forward::of(&function, &args.kind, body));
    if let Some(body) = &mut body
        && is_kind_known
    {
        let name = function.sig.ident.to_string();
        rewrite::body(body, &args, &name, &mut errors);
    }
    if !errors.is_empty() {
        return fallback::expand(function, &args, &errors);
    }
    expand(function, &args, body.as_ref(), forward.as_ref())
}

fn expand(
    mut function: Function,
    args: &Args,
    body: Option<&Block>,
    forward: Option<&Forward>,
) -> TokenStream {
    let output = Output::of(&function.sig, &args.root);
    let at = match &function.sig.output {
        ReturnType::Default => function.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let unused = unused::arguments(&mut function, &args.root);
    let early = args.max_frame.as_ref().map(|max| max_frame::early(&function, args, max));
    let is_sited = signature::may_be_sited(&function);
    set_output(&mut function, signature::returned(args, &output, is_sited, at));
    let Some(body) = body else {
        let Body::Missing(semi) = function.body else { return TokenStream::new() };
        return function.with_body(&semi);
    };
    let arguments = Arguments::name_all(&mut function.sig);
    let at = function.sig.ident.span();
    let (within, limit) = max_frame::late(args, &function.sig.ident).unzip();
    let built = match forward {
        Some(forward) => {
            forward.expand(args, &output, &arguments, within.as_ref(), &function.sig.ident)
        }
        None => literal(args, &output, &arguments, body, within.as_ref(), at),
    };
    let span = generated(body.brace_token.span.join());
    let mut braced = Group::new(Delimiter::Brace, quote!(#unused #early #limit #built));
    braced.set_span(span);
    function.with_body(&braced)
}

pub(crate) fn set_output(function: &mut Function, ty: TokenStream) {
    function.sig.output = ReturnType::Type(Default::default(), Box::new(Type::Verbatim(ty)));
}

/// The coroutine itself, inside the call of what wraps it.
///
/// It is an argument of a safe function: in an argument no feature is needed for its attributes,
/// and the user's body does not stand in an `unsafe` block. It is `static`, because movable
/// coroutines are unsound on today's compiler.
fn literal(
    args: &Args,
    output: &Output,
    arguments: &Arguments,
    body: &Block,
    within: Option<&TokenStream>,
    at: Span,
) -> TokenStream {
    let span = generated(at);
    let p = args.root.private(span);
    let builtin = Ident::new("coroutine", definition_site());
    let Arguments { capture, destructure } = arguments;
    let (annotation, stmts) = (&output.annotation, &body.stmts);
    let lowered = quote_spanned! {span=>
        // SAFETY: the body suspends only where the rewriting has put a `yield`, each of which takes
        // the next resume's token.
        unsafe { #p::Lowered::new() },
    };
    let (wrapper, proof, parameter, in_scope) = match &args.kind {
        Kind::Task => (
            quote_spanned!(span=> #p::task),
            lowered,
            quote_spanned!(span=> mut __cx: #p::ResumeArg),
            quote_spanned!(span=> IntoLeaf),
        ),
        Kind::Generator { item, resume } => {
            let item = nameable_or_inferred(item);
            let ret = if output.is_nameable { output.ty.clone() } else { quote!(_) };
            (
                quote_spanned!(span=> #p::generator::<#item, #resume, #ret, _>),
                TokenStream::new(),
                quote_spanned!(span=> _: ::core::option::Option<_>),
                quote_spanned!(span=> IntoSource),
            )
        }
        Kind::Stream { item } => {
            let item = nameable_or_inferred(item);
            (
                quote_spanned!(span=> #p::streaming::<#item, _>),
                lowered,
                quote_spanned!(span=> mut __cx: #p::ResumeArg),
                quote_spanned!(span=> IntoLeaf),
            )
        }
    };
    let statements = quote_spanned! {span=>
        #[allow(unused_imports)]
        use #p::#in_scope as _;
        #capture
        #destructure
        #(#stmts)*
    };
    let mut braced = Group::new(Delimiter::Brace, statements);
    braced.set_span(body.brace_token.span.join());
    let attributes = quote_spanned!(span=> #[#builtin] #[inline(always)]);
    let coroutine = quote_spanned!(span=> #attributes static move |#parameter| #annotation #braced);
    let coroutine = max_frame::passed_through(within, coroutine);
    quote_spanned!(span=> #wrapper(#proof #coroutine))
}

/// Names are looked up where the macro is defined, where none of the user's stands in between.
fn definition_site() -> Span {
    // Outside of the compiler, as in a unit test, there is none.
    if proc_macro::is_available() {
        Span::from(proc_macro::Span::def_site())
    } else {
        Span::call_site()
    }
}

fn nameable_or_inferred(ty: &Type) -> TokenStream {
    if signature::contains_impl(ty) { quote!(_) } else { ty.to_token_stream() }
}
