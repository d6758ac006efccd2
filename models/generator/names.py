# SPDX-License-Identifier: Apache-2.0
"""Names of the models as names of the house."""

import re

_WORD = re.compile(r"ETag|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
# Runs of capitals and digits that are one word.
_WHOLE = re.compile(r"(CRC32C|CRC32|CRC64NVME|SHA256|SHA1|S3|MD5|V2|KMS|ID3)")
_KEYWORDS = set(
    "alignas and asm auto bool break case catch char class concept const constexpr continue default delete do double else enum "
    "explicit export extern false float for friend goto if inline int long mutable namespace new not nullptr operator or private "
    "protected public register requires return short signed sizeof static struct switch template this throw true try typedef "
    "typename union unsigned using virtual void volatile while xor".split()
)


def snake(name):
    """'SSEKMSKeyId' -> 'sse_kms_key_id', 'ChecksumCRC32C' -> 'checksum_crc32c'."""
    words = []
    for part in _WHOLE.split(name):
        if _WHOLE.fullmatch(part):
            words.append(part.lower())
        else:
            words.extend(word.lower() for word in _WORD.findall(part))
    result = "_".join(words)
    return f"{result}_" if result in _KEYWORDS else result


def struct(name):
    return name[0].upper() + name[1:]


def literal(text):
    """A C++ string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n") + '"'
