def tell(number):
    print "the number", number
