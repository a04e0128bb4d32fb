"""Values of the elementary functions at hard and at special arguments, by mpmath with 2400 bits.

Prints elementary_values.json: for each function a list of [argument, value, rest] with the f64 nearest to the exact
value, both as 16 hexadecimal digits, and what is missing from it in units of its last place, |rest| <= 1/2.

    pip install mpmath==1.4.1 && python record_elementary.py > elementary_values.json
"""
import json
import math
import random
import struct

from mpmath import mp, mpf

mp.prec = 2400
random.seed(1)


def bits(x):
    return struct.pack(">d", x).hex()


def above(x, steps=1):
    """The f64 so many places from x."""
    for _ in range(abs(steps)):
        x = math.nextafter(x, math.inf if steps > 0 else -math.inf)
    return x


def nearest(exact):
    """The f64 nearest to an mpf, ties to even, and the rest in units of the last place."""
    if exact == 0:
        return 0.0, 0.0
    exponent = max(int(mp.floor(mp.log(abs(exact), 2))), -1022)
    unit = mpf(2) ** (exponent - 52)
    if abs(exact) >= mpf(2) ** 1024 - mpf(2) ** 970:
        return (math.inf if exact > 0 else -math.inf), 0.0
    count = int(mp.nint(exact / unit))
    return math.ldexp(count, exponent - 52), float(exact / unit - count)


def around(points, steps=2):
    return [above(float(p), s) for p in points for s in range(-steps, steps + 1)]


def magnitudes(low, high, count):
    """Random numbers of both signs, equally likely in every binary order of magnitude."""
    return [
        random.choice([-1, 1]) * math.ldexp(1 + random.random(), random.randint(low, high)) for _ in range(count)
    ]


def near_quarter_turns():
    """For every seventh exponent E, the M of 53 bits for which M*2**E is nearest to a multiple of pi/2."""
    found = [6381956970095103 * 2.0**797]
    for exponent in range(-52, 972, 7):
        turns, whole, last = mpf(2) ** exponent * 2 / mp.pi, 1, 0
        fraction = turns - mp.floor(turns)
        while True:  # denominators of the convergents of the continued fraction
            part = int(mp.floor(1 / fraction))
            if part * whole + last >= 2**53:
                break
            whole, last, fraction = part * whole + last, whole, 1 / fraction - part
        # and the largest intermediate one
        between = last + (2**53 - 1 - last) // whole * whole
        for m in (whole * ((2**53 - 1) // whole), between):
            found.append(math.ldexp(m, exponent))
    return found


tiny = [5e-324, 1e-310, above(2.2250738585072014e-308, -1), 2.2250738585072014e-308, 1e-300, 1e-20, 1.5e-17, 1e-16, 3e-9]
tiny += [-x for x in tiny]
steps_of_ln2 = around([(2 * k + 1) * mp.log(2) / 2 for k in (-60, -54, -53, -3, -2, -1, 0, 1, 2, 52, 53, 60)], 1)
quarter_turns = [float(n * mp.pi / 2) for n in list(range(1, 40)) + [10**k for k in range(2, 16)]]
angles = tiny + near_quarter_turns() + quarter_turns + magnitudes(-30, 1023, 300) + [1e22, 1.7976931348623157e308, 2.0**40]
ends = around([709.782712893384, -708.3964185322641, -745.1332191019411, -744.4400719213812, -37.42994775023705], 3)
arguments = {
    "exp": tiny + ends + steps_of_ln2 + [710.0, 1e308, -746.0, -1e308] + magnitudes(-55, 9, 300),
    "exp_m1": tiny + ends + steps_of_ln2 + [710.0, 1e308, -1e308] + magnitudes(-60, 9, 300),
    "ln": [abs(x) for x in tiny] + around([1, mp.sqrt(2), mp.sqrt(0.5), 2, 0.5, 4, 2.0**-1022], 5)
    + [abs(x) for x in magnitudes(-1074, 1023, 300)] + [1.7976931348623157e308],
    "ln_1p": tiny + [x for x in around([mp.sqrt(2) - 1, mp.sqrt(0.5) - 1, 1, -0.5, -0.9375], 3)]
    + [above(-1.0, k) for k in (1, 2, 3, 1000)] + [x for x in magnitudes(-60, -1, 200)]
    + [abs(x) for x in magnitudes(0, 1023, 200)] + [1.7976931348623157e308],
    "sin": angles,
    "cos": angles,
    "tanh": tiny + steps_of_ln2 + around([19.06154746539849, 22, 0.17328679513998632], 2) + [1e308, -1e308]
    + magnitudes(-30, 5, 300),
}
functions = {"exp": mp.exp, "exp_m1": mp.expm1, "ln": mp.log, "ln_1p": mp.log1p, "sin": mp.sin, "cos": mp.cos, "tanh": mp.tanh}


def exact(name, x):
    x = mpf(x)
    if name in ("exp", "exp_m1") and abs(x) > 2000:
        return mpf(2) ** 3000 if x > 0 else (mpf(0) if name == "exp" else mpf(-1))
    if name == "tanh" and abs(x) > 1000:
        return mpf(1) * mp.sign(x)
    return functions[name](x)


def row(name, x):
    value, rest = nearest(exact(name, x))
    return [bits(x), bits(value), round(rest, 4)]


rows = {name: [row(name, x) for x in xs] for name, xs in arguments.items()}


def powers():
    pairs = [(x, y) for x in (3.0, 10.0, 0.1, 1.5, above(1.0, 1), above(1.0, -1), math.sqrt(2), 2.0**-1074, 1.7976931348623157e308)
             for y in (0.5, -0.5, 1 / 3, 2.0, -3.0, 17.25, 1e-10, 1e-300, 1e16, -1e16)]
    pairs += [(2.0, y) for y in around([-1074, -1074.5, -1022, 1023, 1024], 2)]
    pairs += [(-x, y) for x in (0.3, 2.0, 7.7) for y in (3.0, 4.0, -5.0, 2.0**53 - 1, 2.0**52 + 1, 2.0**53 + 2)]
    for _ in range(600):  # results of every size, from bases near and far from 1
        x = abs(magnitudes(-40, 40, 1)[0]) if random.random() < 0.5 else 1 + magnitudes(-45, -2, 1)[0]
        pairs.append((x, random.uniform(-745, 709) / float(mp.log(x))))
    rows = []
    for x, y in pairs:
        size = mpf(y) * mp.log(abs(mpf(x)))
        exact = mpf(2) ** 3000 if size > 2000 else mpf(0) if size < -2000 else mp.exp(size)
        sign = -1.0 if x < 0 and y % 2 == 1 else 1.0
        value, rest = nearest(sign * exact)
        rows.append([bits(x), bits(y), bits(math.copysign(value, sign)), round(rest, 4)])
    return rows


rows["powf"] = powers()
lines = [f'"{name}": [\n' + ",\n".join(json.dumps(r) for r in rs) + "\n]" for name, rs in rows.items()]
print("{\n" + ",\n".join(lines) + "\n}")
