"""Templates that try to get out: each gives text or a typed error, and no secret."""

from __future__ import annotations

import pytest

from templates_app.rendering import render
from tests.templates_app.outcomes import outcome, words_of

CANARY = "canary-5f3a91c2"
PARAMS = {"x": {"y": [1, 2]}, "name": "Ann", "rows": [{"n": 1}], "s": "text"}

BRACES = [
    "{{7*7}}",
    "{{7+7}}",
    "{{ 7 * 7 }}",
    "{{'7'*7}}",
    "${7*7}",
    "#{7*7}",
    "*{7*7}",
    "<%= 7*7 %>",
    "@(7*7)",
    "{7*7}",
    "{{=7*7}}",
    "{{=<% %>=}}<% 7*7 %>",
    "{{this.constructor.constructor('return process.env')()}}",
    "{{constructor.constructor}}",
    "{{this.__proto__}}",
    "{{__proto__.polluted}}",
    "{{x.__proto__.__proto__}}",
    "{{x.constructor.prototype}}",
    "{{[__proto__]}}",
    "{{x.[constructor].[constructor]}}",
    "{{lookup this 'constructor'}}",
    "{{lookup x '__proto__'}}",
    "{{lookup (lookup this 'constructor') 'constructor'}}",
    "{{#with 's' as |string|}}{{string.sub.apply 0 codelist}}{{/with}}",
    "{{#with (lookup this 'constructor')}}{{this}}{{/with}}",
    "{{#with 'constructor'}}{{#with split}}{{pop (push 'alert(1)')}}{{/with}}{{/with}}",
    "{{#with (split as |a|)}}{{a}}{{/with}}",
    "{{#each (lookup this.constructor 'prototype')}}{{@key}}{{/each}}",
    "{{#each __globals__}}{{@key}}={{this}}{{/each}}",
    "{{#each this}}{{@key}}{{/each}}",
    "{{#each @root}}{{@key}}{{/each}}",
    "{{@root.__class__}}",
    "{{@root.constructor}}",
    "{{@../../root}}",
    "{{../../../__class__}}",
    "{{../../..}}",
    "{{@partial-block}}",
    "{{> @partial-block}}",
    "{{> (lookup . 'constructor')}}",
    "{{> /etc/passwd}}",
    "{{> ../../../../etc/passwd}}",
    "{{> (lookup this 'name')}}",
    "{{#*inline '__proto__'}}x{{/inline}}{{> __proto__}}",
    "{{#*inline 'toString'}}{{this.__class__}}{{/inline}}{{> toString}}",
    "{{__class__.__mro__}}",
    "{{s.__class__.__mro__}}",
    "{{s.__class__.__base__.__subclasses__}}",
    "{{''.__class__}}",
    "{{name.__init__.__globals__.os.environ}}",
    "{{x.items}}",
    "{{x.y.append}}",
    "{{x.y.pop}}",
    "{{s.format}}",
    "{{s.upper}}",
    "{{rows.__len__}}",
    "{{rows.[0].__dict__}}",
    "{{settings.SECRET_KEY}}",
    "{{request.environ}}",
    "{{process.env}}",
    "{{env}}",
    "{{config}}",
    "{{self}}",
    "{{require 'child_process'}}",
    "{{require('fs').readFileSync('/etc/passwd')}}",
    "{{log 'x'}}",
    "{{log this level='error'}}",
    "{{helperMissing}}",
    "{{blockHelperMissing 1}}",
    "{{__defineGetter__ 'undefined' valueOf}}",
    "{{#with __lookupGetter__}}{{__proto__}}{{/with}}",
    "{{#blockHelperMissing __proto__}}{{this}}{{/blockHelperMissing}}",
    "{{__import__('os').popen('id').read()}}",
    "{% include '/etc/passwd' %}",
    "{% for i in range(10) %}{{i}}{% endfor %}",
    "{{#if __import__}}x{{/if}}",
    "{{eval 'open(\"/etc/passwd\")'}}",
    "{{name|upper}}",
    "{{name | safe}}",
    "{{{{raw}}}}{{x}}{{{{/raw}}}}",
    "{{*decorator}}",
    "{{#*decorator}}{{/decorator}}",
    "\\{{name}}",
    "{{x\0y}}",
    "{{name\u202e}}",
    "{{\ud800}}",
]
JINJA = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ {}.__class__.__mro__ }}",
    "{{ x.__class__.__init__.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ config }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ request|attr('application') }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ lipsum.__globals__.os.environ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os }}",
    "{{ namespace.__init__.__globals__.os }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ range.__class__ }}",
    "{{ range.__globals__ }}",
    "{{ dict.__class__.__mro__ }}",
    "{{ dict.mro() }}",
    "{{ dict.__subclasses__() }}",
    "{{ dict.fromkeys.__self__ }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('__class__')|attr('__mro__') }}",
    "{{ ''['__class__'] }}",
    "{{ ''['__cla' + 'ss__'] }}",
    "{{ x['__class__'] }}",
    "{{ x['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ (x|attr('get')).__self__ }}",
    "{{ x.get.__self__ }}",
    "{{ x.get.__func__.__globals__ }}",
    "{{ s.format(s) }}",
    "{{ '{0.__class__}'.format(x) }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(x) }}",
    "{{ s.format_map({'a': 1}) }}",
    "{{ ('{0.__class__}'|string).format(x) }}",
    "{{ '%s'|format(x.__class__) }}",
    "{{ [s.format]|map('string')|list }}",
    "{{ ['{0.__class__}']|map('format', x)|list }}",
    "{{ [x]|map(attribute='__class__')|list }}",
    "{{ [x]|selectattr('__class__')|list }}",
    "{{ [x]|groupby('__class__') }}",
    "{{ [x]|sort(attribute='__class__') }}",
    "{{ [x]|sum(attribute='__class__') }}",
    "{{ [x]|join(attribute='__class__') }}",
    "{{ [x]|max(attribute='__class__') }}",
    "{{ [x]|unique(attribute='__class__')|list }}",
    "{{ x|xmlattr }}",
    "{{ x|pprint }}",
    "{{ x|tojson }}",
    "{{ s|safe }}",
    "{% include '/etc/passwd' %}",
    "{% include ['a', 'b'] ignore missing %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'os' import environ %}",
    "{% extends 'base.html' %}",
    "{% extends x %}",
    "{% set x = ''.__class__ %}{{ x }}",
    "{% for c in ().__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}",
    "{% if ''.__class__ %}{{ 1 }}{% endif %}",
    "{% with a = ''.__class__ %}{{ a }}{% endwith %}",
    "{% filter attr('__class__') %}x{% endfilter %}",
    "{% call(a) x.get() %}{% endcall %}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{% endmacro %}{{ m.__globals__ }}{{ m._func.__globals__ }}",
    "{% macro m() %}{{ varargs.__class__ }}{% endmacro %}{{ m(1) }}",
    "{% block b %}{{ super.__init__ }}{% endblock %}",
    "{% block b %}{{ self.b.__globals__ }}{% endblock %}",
    "{% do x.update({'a': 1}) %}",
    "{% autoescape false %}{{ x }}{% endautoescape %}",
    "{% trans %}x{% endtrans %}",
    "{% debug %}",
    "{{ loop.__class__ }}",
    "{% for i in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% for i in [1] %}{{ loop.index.__class__ }}{% endfor %}",
    "{{ x.update({'a': 1}) }}",
    "{{ x.clear() }}",
    "{{ x.y.append(3) }}",
    "{{ (1).__class__ }}",
    "{{ 1.0.__class__ }}",
    "{{ none.__class__ }}",
    "{{ true.__class__ }}",
    "{{ undefined_thing.__class__.__mro__ }}",
    "{{ undefined_thing['__class__'] }}",
    "{{ undefined_thing._undefined_exception.__mro__ }}",
    "{{ undefined_thing.note.__globals__ }}",
    "{{ undefined_thing.note.__func__.__globals__ }}",
    "{{ undefined_thing._as_zero.__globals__ }}",
    "{{ [].__class__.__mro__ and 1 }}",
    "{{ joiner }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ __import__('os').environ }}",
    "{{ eval('1') }}",
    "{{ x.__getattribute__('__class__') }}",
    "{{ x|items|list|first|attr('__class__') }}",
    "{{ (x.items)().__class__ }}",
    "{{ s.encode().__class__ }}",
    "{{ s.join.__self__ }}",
    "{{ s|e|attr('__html__') }}",
    "{{ (s|e).unescape.__globals__ }}",
    "{{ (s|e).__html_format__('x') }}",
    "{{ (s|e).format(x=1) }}",
    "{{ (s|escape).__class__.__mro__ }}",
    "{{ 7",
    "{% raw %}{{ 7 }}",
]
# What would be seen if something had been reached or computed that should not be.
TRACES = (
    CANARY,
    "root:",
    "uid=",
    "<class",
    "<function",
    "<built-in",
    "<bound",
    " object at 0x",
    "function Object",
    "native code",
    "/usr/bin",
)


@pytest.fixture(autouse=True)
def a_secret_in_reach(monkeypatch, settings):
    monkeypatch.setenv("NOTIFY_CANARY", CANARY)
    settings.SECRET_KEY = CANARY
    settings.ALLOW_JINJA = True


def _shown(engine: str, source: str, *, html: bool) -> str:
    seen = outcome(engine, source, PARAMS, html=html)
    assert isinstance(seen, str) or len(seen.message) < 300
    return words_of(seen)


@pytest.mark.parametrize("engine", ["handlebars", "mustache"])
@pytest.mark.parametrize("source", BRACES)
def test_braces_reach_nothing_but_params(engine, source):
    shown = _shown(engine, source, html=False)

    assert not [trace for trace in TRACES if trace in shown]
    assert "49" not in shown
    if "{{" not in source:
        assert shown == source


@pytest.mark.parametrize("source", JINJA)
def test_jinja_reaches_nothing_but_params(source):
    shown = _shown("jinja", source, html=False)

    assert not [trace for trace in TRACES if trace in shown]


def test_what_a_template_does_is_gone_in_the_next_one():
    for source in ("{% set name = 'Eve' %}{{ name }}", "{{ x.update(name='Eve') }}"):
        _shown("jinja", source, html=False)

    assert render("jinja", "{{ name }}", {"name": "Ann"}, html=False) == "Ann"


def test_a_value_that_looks_like_a_template_stays_a_value():
    params = {"name": "{{7*7}}{{#if x}}${1}{% if %}"}

    for engine, source in (("handlebars", "{{name}}"), ("jinja", "{{ name }}")):
        assert render(engine, source, params, html=False) == params["name"]
