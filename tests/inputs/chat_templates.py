"""Chat templates in the language that transformers runs (Jinja), and a tokenizer that has one.

These two are written for the tests; they say what the templates of Qwen 2.5 and Llama 3.1 say, the
sentences around the tools word for word.
"""

import json
from pathlib import Path
from typing import Any

from llmcourse.inputs import BPETokenizer

QWEN_SYSTEM = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."

CHATML = r"""
{%- set first = messages[0].role == "system" -%}
<|im_start|>system
{% if first %}{{ messages[0].content }}{% else %}{{ system }}{% endif -%}
{%- if tools %}
{{- "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n" }}
{{- "You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n" }}
{%- for tool in tools %}{{ tool | tojson + "\n" }}{% endfor %}
{{- "</tools>\n\nFor each function call, return a json object with function name and arguments " }}
{{- "within <tool_call></tool_call> XML tags:\n<tool_call>\n" }}
{{- '{"name": <function-name>, "arguments": <args-json-object>}' + "\n</tool_call>" }}
{%- endif %}{{ "<|im_end|>\n" }}
{%- for message in messages if message.role != "system" %}
{%- set answer = message.role == "tool" %}
{%- if not (answer and loop.previtem and loop.previtem.role == "tool") %}
{{- "<|im_start|>" + ("user" if answer else message.role) }}{% endif %}
{%- if answer %}{{ "\n<tool_response>\n" + message.content + "\n</tool_response>" }}
{%- elif message.content or not message.tool_calls %}{{ "\n" + message.content }}{% endif %}
{%- for call in message.tool_calls or [] %}
{{- '\n<tool_call>\n{"name": "' + call.function.name }}
{{- '", "arguments": ' + call.function.arguments | tojson + "}\n</tool_call>" }}
{%- endfor %}
{%- if not (answer and loop.nextitem and loop.nextitem.role == "tool") %}
{{- "<|im_end|>\n" }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ "<|im_start|>assistant\n" }}{% endif %}
"""

LLAMA_3 = r"""
{%- macro turn(name, body) -%}
{{ "<|start_header_id|>" + name + "<|end_header_id|>\n\n" + body + "<|eot_id|>" }}
{%- endmacro -%}
{%- set state = namespace(system="", tools="") %}
{%- if messages[0].role == "system" %}{% set state.system = messages[0].content | trim %}{% endif %}
{%- set dates = "Cutting Knowledge Date: December 2023\nToday Date: " + date_string + "\n\n" %}
{%- if tools %}
{%- set state.tools = "Given the following functions, please respond with a JSON for a function "
    ~ "call with its proper arguments that best answers the given prompt.\n\n"
    ~ 'Respond in the format {"name": function name, '
    ~ '"parameters": dictionary of argument name and its value}.Do not use variables.' ~ "\n\n" %}
{%- for tool in tools %}{% set state.tools = state.tools + tool | tojson(indent=4) + "\n\n" %}
{%- endfor %}{% endif %}
{%- set place = "Environment: ipython\n" if tools else "" %}
{{- bos_token + turn("system", place + dates + state.system) }}
{%- for message in messages if message.role != "system" %}
{%- if message.role == "tool" %}{{ turn("ipython", message.content | tojson) }}
{%- elif message.tool_calls %}{% set call = message.tool_calls[0].function %}
{{- turn("assistant", '{"name": "' + call.name + '", "parameters": '
    + call.arguments | tojson + "}") }}
{%- else %}{{ turn(message.role, (state.tools if loop.first else "") + message.content | trim) }}
{%- endif %}{% endfor %}
{%- if add_generation_prompt %}
{{- "<|start_header_id|>assistant<|end_header_id|>\n\n" }}{% endif %}
"""


def transformers_tokenizer(tokenizer: BPETokenizer, template: str, folder: Path) -> Any:
    """`tokenizer` as transformers reads it from a folder, with a chat template."""
    from transformers import AutoTokenizer

    folder.mkdir()
    tokenizer.save(folder / "tokenizer.json")
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": template}
    if "<|begin_of_text|>" in tokenizer.special_tokens:
        config["bos_token"] = "<|begin_of_text|>"
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return AutoTokenizer.from_pretrained(folder)
