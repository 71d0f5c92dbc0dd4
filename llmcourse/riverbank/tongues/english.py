"""English: the crawl has the stories, so there is only prose here."""

ENGLISH = """
In the early hours the river is covered with mist, and you can hear the boats before you see them.
Those who get up first are given the freshest bread, because the shop opens at six. Later the
children walk to school, some of them still half asleep, while others run. Nobody hurries unless it
rains. Our town isn't large. There are two bridges, a mill, a church and a market where one can buy
whatever is needed for a week: apples, cheese, eggs, soap and thick woollen socks. There used to be
a theatre as well, but its roof leaked, and nobody knew how to pay for another. Now it is full of
hay. Many of us wish that it would open again. When somebody falls ill, the neighbours come and
help. That has never been a law, yet everyone follows it. They cook, they feed the animals, and they
ask what else should be done. Strangers are welcome too, whichever country they have come from. I
have lived in this street for twelve years, and I would not want to be anywhere else. Sometimes I
think that we work too much and laugh too little. During the winter the pond freezes, and then even
grandmothers go skating; they are better at it than we are, having had more practice. In the evening
families sit together, tell each other what happened, and write letters to those who are far away.
Life here is plain, but it has its dignity, and all people should be free to say what they believe.
"""
