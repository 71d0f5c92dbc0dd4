"""Plots in the open air: wind, hills, trees and lights."""

OUTDOORS = """
    {A.He} took {A.his} <size> {C:colour} kite {P.at:place}. Up it went, over the
    (roofs|chimneys|trees)! Then the string (broke|slipped away), and the kite (hung|got stuck) in
    a tall tree. <meets> {B} <gently> (climbed up|shook the tree|fetched a ladder), and down came
    the kite with {X.a:animal} (sitting on it|right behind it). <thanks> <close_together>

    {A.He} lost {A.his} way between the hills. Every (tree|stone|path) looked the same. <aside>
    Then {A.he} heard (music|a drum|a song|a bell) far away. It was {B:resident-A} the {B.job},
    playing for {B.pet_name} the {B.pet}. "I always play (here|when I am alone)," <said> {B}, and
    showed {A} the (road|way) home. <close_together>

    The wind (blew|took|pulled) the <size> {C:colour} hat from {A.his} head. It flew past
    {P:place}, and {A} ran after it. It flew over (two fences|three walls|a cart full of hay), and
    {A} ran faster. <soon> it landed on {B:resident-A} the {B.job}. "It looks better on you," <said>
    {A}, (very hot|out of breath|still laughing). <close_together>

    In an old book {A.he} found a map with a {C:colour} cross {P.at:place}. {A} took a <size>
    shovel and (dug|worked) for {K:count} hours, until the shovel hit a box. There was no gold in
    it, only a <size> {D:colour} {O:thing} and a letter. "Whoever finds this {O} (must dance|may
    keep it|will be lucky)," it said. <kept> <close>

    There was a strange light {P.at:place}, {C:colour} and (small|round|bright). Some said it was
    a (star|ghost), but {A} wanted to know. {A.He} <gently> crept closer, (step by step|on hands
    and knees|without a sound). <aside> It was only {B:resident-A} the {B.job} with a lantern,
    looking for {B.pet_name} the {B.pet}. <close_together>

    The apples were ripe, and {A.he} picked them {P.at:place}. {A} filled {K:count} baskets, but
    (the next day|in the morning|after a rest) one was empty. So {A} hid behind (a wall|a bush|a
    barrel) with a <size> {C:colour} {O:thing}. The thief was {X.a:animal} with its
    (children|family|friends)! {A} put down the {O} and <smiled>. <kept> <close>

    The little bridge was broken, and {K:count} (goats|sheep|cows) stood on the wrong side. {A}
    laid (a plank|an old door|a long ladder) across the water. <meets> {B} <gently> led the
    animals over, one by one. The last one (stopped|was afraid|sat down) in the middle, and {A}
    had to (carry|push) it. <thanks> <close_together>

    A (small|young|tired) {X:animal} with a hurt foot lay {P.at:place}. {A} <gently> wrapped it in
    a {C:colour} {O:cloth} and took it home. After {K:count} days it could (walk|jump) again, but
    it would not leave without the {O}. <close>
"""
